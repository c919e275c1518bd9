#!/bin/sh
# One request a connection: INCR name, or GET name.
read -r verb name
[ "$verb" != INCR ] || echo $(($(cat "/data/$name" 2>/dev/null || echo 0) + 1)) > "/data/$name"
cat "/data/$name" 2>/dev/null || echo none
