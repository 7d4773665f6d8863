#!/usr/bin/env bash
# How late the sweep is: items in a hundred lists, with times to live that end spread over a minute, in the middle of which
# the server is killed (kill -9) and started again. Tells the lag of the removals before and after, whether one is missing or
# was announced twice (each takes an event of its list), and what a writer of documents beside them does meanwhile.
#
#   mvn -q -DskipTests package && src/bench/expiry.sh [items] [seconds that they end in] [kill: yes or no]
#
# Needs wrk, psql and curl; server.sh says what the environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
items=${1:-100000}
spread=${2:-60}
killed=${3:-yes}
lists=100
. src/bench/server.sh

sid="('01900000000070008000' || lpad(to_hex(n), 12, '0'))::uuid"
document=$(curl -fsS -u "$user" -X POST "$base/Services/$service/Documents" | grep -o 'ET[0-9a-f]\{32\}' | head -1)
cat > "$work/wrk.lua" << LUA
function init()
    wrk.headers["Authorization"] = "Basic $(printf %s "$user" | base64 -w0)"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end
function request() return wrk.format("POST", "/v1/Services/$service/Documents/$document", nil, "Data={}") end
LUA
write_for() { # seconds: requests a second, one after another
    wrk -t 1 -c 1 -d "${1}s" -s "$work/wrk.lua" "$base" | awk '/Requests\/sec/ {print $2}'
}
write_for 10 > /dev/null # warm up
echo "writes a second before: $(write_for 10)"

sql "INSERT INTO sync_list (service_sid, sid, last_event_id, next_index, created_by, date_created, date_updated)
     SELECT '${service:2}', $sid, $items / $lists - 1, $items / $lists, 'system', now(), now()
     FROM generate_series(1, $lists) AS n;
     INSERT INTO sync_list_item (service_sid, collection_sid, key, data, last_event_id, created_event_id, removed,
                                 created_by, date_created, date_updated, date_expires)
     SELECT '${service:2}', $sid, i, '{}', i, i, false, 'system', now(), now(),
            clock_timestamp() + interval '10 s' + make_interval(secs => random() * $spread)
     FROM generate_series(1, $lists) AS n CROSS JOIN generate_series(0, $items / $lists - 1) AS i"
sleep 8
if [ "$killed" = yes ]; then
    sleep $((spread / 2))
    kill -9 $server; wait $server || true
    echo "killed at $(sql 'SELECT clock_timestamp()')"
    start_server
    echo "ready again at $(sql 'SELECT clock_timestamp()')"
    sleep $((spread / 2 + 10))
else
    echo "writes a second meanwhile: $(write_for $spread)"
    sleep 10
fi
sql "SELECT 'lag in s: p50 ' || round(percentile_cont(0.5) WITHIN GROUP (ORDER BY lag)::numeric, 3)
         || ', p99 ' || round(percentile_cont(0.99) WITHIN GROUP (ORDER BY lag)::numeric, 3) || ', most ' || round(max(lag)::numeric, 3)
     FROM (SELECT extract(epoch FROM date_updated - date_expires) AS lag FROM sync_list_item WHERE removed) AS removals;
     SELECT 'removed ' || count(*) FILTER (WHERE removed) || ' of ' || count(*)
         || ', too early ' || count(*) FILTER (WHERE removed AND date_updated < date_expires) FROM sync_list_item;
     SELECT 'events beyond one a removal: ' || sum(last_event_id + 1) - 2 * $items FROM sync_list"
