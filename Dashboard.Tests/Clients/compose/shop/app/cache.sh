#!/bin/sh
read -r verb
echo "PONG to $verb"
