#!/bin/sh
echo "Content-Type: text/plain"
echo
echo "$GREETING $(echo INCR visits | nc -w 5 "$DATABASE" 5432) $(echo PING | nc -w 5 cache 6379)"
