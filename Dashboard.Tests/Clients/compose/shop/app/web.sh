#!/bin/sh
# The page counts its visitors in the database.
mkdir -p /www/cgi-bin
cp /app/visit.sh /www/cgi-bin/visit
chmod 755 /www/cgi-bin/visit
echo "web is up"
exec httpd -f -p 80 -h /www
