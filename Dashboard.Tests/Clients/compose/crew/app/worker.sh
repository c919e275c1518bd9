#!/bin/sh
# Says its name to whoever calls.
trap 'echo going home; exit 0' TERM
trap 'echo overtime' USR1
nc -ll -p 9000 -e hostname &
echo "worker $(hostname) of the $SHIFT shift"
while :; do wait; done
