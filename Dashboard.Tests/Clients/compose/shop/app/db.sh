#!/bin/sh
# Opens its door late, as databases do.
sleep "$WARM_UP"
echo "database is ready"
exec nc -ll -p 5432 -e /app/db-session.sh
