#!/bin/sh
[ -n "$(echo GET health | nc -w 1 127.0.0.1 5432)" ]
