#!/usr/bin/env bash
# Fetch and update of a Service over HTTP (wrk, with credentials), beside pgbench running the same statement on the same
# database, in turns. Ratios mean something, rates only on a machine of one's own.
#
#   mvn -q -DskipTests package && src/bench/service.sh [seconds a run] [rounds]
#
# Needs wrk, pgbench, curl. LOCKSTEP_JAVA_OPTIONS are given to the server's JVM.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5}
rounds=${2:-3}
work=$(mktemp -d)
jar=$PWD/target/lockstep.jar

LOCKSTEP_DATA_DIR=$work/data LOCKSTEP_PORT=0 LOCKSTEP_MANAGEMENT_PORT=0 LOCKSTEP_ACCESS_LOG=off \
    java ${LOCKSTEP_JAVA_OPTIONS:-} -jar "$jar" > "$work/out" 2>&1 &
server=$!
trap 'kill $server; wait $server || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do grep -q 'is ready' "$work/out" && break; sleep 0.2; done

base=$(awk '/REST API/ {print $3}' "$work/out")
user=$(awk '/Account SID/ {print $3}' "$work/out"):$(awk '/Auth token/ {print $3}' "$work/out")
url=$(curl -fsS -u "$user" -d FriendlyName=bench "$base/Services" | sed 's/.*"url":"\([^"]*\)","webhook_url.*/\1/')
sid=${url##*/IS}
account=${user:2:32}
cat > "$work/update.lua" <<LUA
wrk.method = "POST"
wrk.body = "FriendlyName=bench"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
LUA

export PGPASSWORD
PGPASSWORD=$(cat "$work/data/database-password")
port=$(sed -n 4p "$work/data/pgdata/postmaster.pid")
statement() { # the statement of that name, with its parameters written out
    awk -v name="$1" '/^-- name:/ {on = ($3 == name); next} on && !/^--/ {print}' sql/statements/service.sql
}
{ statement get | sed "s/\$2/'$sid'::uuid/; s/\$1/'$account'::uuid/"; echo ';'; } > "$work/fetch.sql"
{ statement update | sed "s/\$11/gen_random_uuid()/; s/\$10/null/; s/\$2/'$sid'::uuid/; s/\$1/'$account'::uuid/; s/\$3/'bench'/; s/\$4/false/; s/\$5/null/
    s/\$[6-9]/null/"; echo ';'; } > "$work/update.sql"

http() { # operation connections
    wrk -t 1 -c "$2" -d "${seconds}s" -H "Authorization: Basic $(printf %s "$user" | base64 -w0)" \
        $([ "$1" = update ] && echo "-s $work/update.lua") "$url" > "$work/wrk"
    if grep -q 'Non-2xx' "$work/wrk"; then cat "$work/wrk" >&2; exit 1; fi
    awk '/Requests\/sec/ {print $2}' "$work/wrk"
}
postgres() { # operation clients
    pgbench -h 127.0.0.1 -p "$port" -U lockstep -n -M prepared -c "$2" -j 1 -T "$seconds" -f "$work/$1.sql" lockstep \
        2> /dev/null | awk '/^tps/ {print $3}'
}

seconds_measured=$seconds seconds=10 # warm-up: in its first seconds a JVM compiles
http fetch 64 > /dev/null
http update 64 > /dev/null
seconds=$seconds_measured
printf '| operation | connections | HTTP/s | pgbench/s, best of 1, 8, 16 clients | ratio |\n|---|---|---|---|---|\n'
for _ in $(seq "$rounds"); do
    for operation in fetch update; do
        best=$(for clients in 1 8 16; do postgres $operation $clients; done | sort -n | tail -1)
        for connections in 1 16 64 256; do
            rate=$(http $operation $connections)
            awk -v o=$operation -v c=$connections -v h="$rate" -v p="$best" \
                'BEGIN {printf "| %s | %d | %.0f | %.0f | %.2f |\n", o, c, h, p, h / p}'
        done
    done
done
