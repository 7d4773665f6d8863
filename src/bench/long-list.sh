#!/usr/bin/env bash
# What a list of a million items costs beside one of a thousand: the median latency of an append, of a fetch and of a page
# of 50 from the middle, at one connection and in turns; then how long deleting the great one takes, how long its purge
# holds a transaction, and what the heap is meanwhile.
#
#   mvn -q -DskipTests package && src/bench/long-list.sh [items] [seconds a run] [rounds]
#
# Needs wrk, psql and curl; server.sh says what the environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
items=${1:-1000000}
seconds=${2:-3}
rounds=${3:-3}
. src/bench/server.sh

few=01900000-0000-7000-8000-000000000001
many=01900000-0000-7000-8000-000000000002
fill() { # list items
    sql "INSERT INTO sync_list (service_sid, sid, last_event_id, next_index, created_by, date_created, date_updated)
         VALUES ('${service:2}', '$1', $2 - 1, $2, 'system', now(), now());
         INSERT INTO sync_list_item (service_sid, collection_sid, key, data, last_event_id, created_event_id, removed,
                                     created_by, date_created, date_updated)
         SELECT '${service:2}', '$1', i, '{\"number\":' || i || '}', i, i, false, 'system', now(), now()
         FROM generate_series(0, $2 - 1) AS i"
}
fill $few 1000
fill $many "$items"

run() { # list operation middle: microseconds
    local path=/v1/Services/$service/Lists/ES${1//-/}/Items method=GET body=nil
    case $2 in
        append) method=POST body='"Data={}"' ;;
        fetch) path=$path/$3 ;;
        page) path="$path?From=$3" ;;
    esac
    cat > "$work/wrk.lua" << LUA
function init()
    wrk.headers["Authorization"] = "Basic $(printf %s "$user" | base64 -w0)"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end
function request() return wrk.format("$method", "$path", nil, $body) end
function done(summary, latency) print("median " .. latency:percentile(50) .. " of " .. summary.requests) end
LUA
    wrk -t 1 -c 1 -d "${seconds}s" -s "$work/wrk.lua" "$base" > "$work/wrk"
    if grep -q 'Non-2xx' "$work/wrk"; then cat "$work/wrk" >&2; exit 1; fi
    awk '/^median/ {print $2}' "$work/wrk"
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
heap() { jcmd $server GC.run > /dev/null 2>&1 || true; curl -fsS "$(awk '/Health/ {sub("/health/ready", "/metrics", $2); print $2}' "$work/out")" |
    awk '/^jvm_memory_used_bytes.*heap/ && !/nonheap/ {sum += $NF} END {printf "%.0f MB\n", sum / 1e6}'; }

for _ in 1 2; do run $few append 0 > /dev/null; run $few fetch 500 > /dev/null; run $few page 500 > /dev/null; done # warm up
for _ in $(seq "$rounds"); do
    for operation in append fetch page; do
        run $few $operation 500 >> "$work/$operation-few"
        run $many $operation $((items / 2)) >> "$work/$operation-many"
    done
done
echo "| operation | µs, 1,000 items | µs, $items items | ratio |"
echo '|---|---|---|---|'
for operation in append fetch page; do
    echo "$(median < "$work/$operation-few") $(median < "$work/$operation-many")" |
        awk -v o=$operation '{printf "| %s | %.0f | %.0f | %.2f |\n", o, $1, $2, $2 / $1}'
done

echo "heap before: $(heap)"
curl -fsS -u "$user" -o /dev/null -w 'delete: %{http_code} after %{time_total} s\n' -X DELETE \
    "$base/Services/$service/Lists/ES${many//-/}"
sql "UPDATE purge SET date_created = date_created - interval '1 minute'" # the grace
longest=0 start=$(date +%s)
while [ "$(sql "SELECT count(*) FROM purge")" != 0 ] && [ $(($(date +%s) - start)) -lt 600 ]; do
    held=$(sql "SELECT coalesce(ceil(max(extract(epoch FROM clock_timestamp() - xact_start)) * 1000), 0)::bigint
                FROM pg_stat_activity WHERE application_name = 'lockstep'")
    longest=$((held > longest ? held : longest))
    sleep 0.05
done
echo "purge: $(($(date +%s) - start)) s, longest transaction seen $longest ms, items left" \
    "$(sql "SELECT count(*) FROM sync_list_item WHERE collection_sid = '$many'")"
echo "heap after: $(heap)"
