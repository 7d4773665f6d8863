#!/usr/bin/env bash
# Requests over HTTP (wrk, with credentials) beside pgbench, which runs the plain statement for a single row on the same
# database, in turns. Prints the medians of the rounds. Ratios mean something, rates only on a machine of one's own.
#
#   mvn -q -DskipTests package && src/bench/run.sh [seconds a run] [rounds] [workload...]
#
# Workloads: service-fetch service-update document-create document-fetch document-update, over 1,000 documents, and
# document-hot, which updates one of them; map-item-set and list-append over 1,000 maps and lists, item-page, which reads
# pages of 50 items of 1,000 lists that have 60; all of them unless some are named. CPU is user and system time of a request, in
# microseconds. Needs wrk, pgbench and curl. server.sh says what the environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5}
rounds=${2:-3}
workloads=("${@:3}")
[ ${#workloads[@]} -gt 0 ] ||
    workloads=(service-fetch service-update document-create document-fetch document-update document-hot
        map-item-set list-append item-page)
connections=${BENCH_CONNECTIONS:-1 16 64 256}
documents=1000 # and as many lists, and maps
warm_up=10 # seconds: at first a JVM compiles

. src/bench/server.sh

# What documents hold, and how they are numbered: the first twenty digits of their SIDs, then the number.
# (No colon before a letter or a digit: pgbench takes that for a variable.)
data=$(printf '{"id":"1234567","title":"%0100d","state":["open","assigned"],"tags":["one","two","three"]}' 0)
sids=01900000000070008000
sid="('$sids' || lpad(to_hex(:n::integer), 12, '0'))::uuid"
one="service_sid = '${service:2}'::uuid AND sid"
row='service_sid, sid, unique_name, data, last_event_id, created_by, date_created, date_updated, date_expires'
new="last_event_id, created_by, date_created, date_updated"
in_collection="service_sid = '${service:2}'::uuid AND collection_sid"
item='service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created, date_updated, date_expires'
new_item='service_sid, collection_sid, key, data, last_event_id, created_event_id, removed, created_by, date_created, date_updated'
write_document="UPDATE document SET data = '$data', last_event_id = last_event_id + 1, date_updated = clock_timestamp()"

script() { # what pgbench runs for a workload
    local random="\\set n random(1, $documents)"
    case $1 in
        service-fetch) echo "SELECT * FROM service WHERE sid = '${service:2}'::uuid;" ;;
        service-update) echo "UPDATE service SET friendly_name = 'bench', date_updated = clock_timestamp()" \
            "WHERE sid = '${service:2}'::uuid RETURNING *;" ;;
        document-create) echo "INSERT INTO document (service_sid, sid, data, $new)" \
            "VALUES ('${service:2}', uuidv7(), '$data', 0, 'system', now(), now()) RETURNING $row;" ;;
        document-fetch) echo "$random"; echo "SELECT $row FROM document WHERE $one = $sid;" ;;
        document-update) echo "$random"; echo "$write_document WHERE $one = $sid RETURNING $row;" ;;
        map-item-set) echo "$random"; echo "UPDATE sync_map_item SET data = '$data', last_event_id = last_event_id + 1," \
            "date_updated = clock_timestamp() WHERE $in_collection = $sid AND key = 'k' RETURNING $item;" ;;
        list-append) echo "$random"; echo "\\set k random(100, 1000000000000)"; echo "INSERT INTO sync_list_item ($new_item)" \
            "VALUES ('${service:2}', $sid, :k, '$data', 0, 0, false, 'system', now(), now()) RETURNING $item;" ;;
        item-page) echo "$random"; echo "SELECT $item FROM sync_list_item WHERE $in_collection = $sid AND NOT removed" \
            "ORDER BY key LIMIT 50;" ;;
        document-hot) echo "\\set n 1"; echo "$write_document WHERE $one = $sid RETURNING $row;" ;;
        *) echo "no such workload: $1" >&2; return 1 ;;
    esac
}

requests() { # what wrk sends for a workload
    local method=GET first=0 last=0 body=nil of=Documents/ET$sids behind=''
    case $1 in
        map-*) of=Maps/MP$sids first=1 last=$documents behind=/Items/k ;;
        list-append | item-page) of=Lists/ES$sids first=1 last=$documents behind=/Items ;;
    esac
    case $1 in
        map-* | list-* | item-*) ;;
        service-*) of='' ;;
        document-create) of=Documents ;;
        document-hot) first=1 last=1 ;;
        *) first=1 last=$documents ;;
    esac
    case $1 in
        service-update) method=POST body=[[FriendlyName=bench]] ;;
        document-create | document-update | document-hot | map-item-set | list-append) method=POST body="[[Data=$data]]" ;;
    esac
    cat << LUA
local requests = {}
function init()
    wrk.headers["Authorization"] = "Basic $(printf %s "$user" | base64 -w0)"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    for n = $first, $last do
        local path = ("${base#*://*/}/Services/$service/$of" .. (n > 0 and ("%012x"):format(n) .. "$behind" or "")):gsub("/$", "")
        requests[#requests + 1] = wrk.format("$method", "/" .. path, nil, $body)
    end
end
function request()
    return requests[math.random(#requests)]
end
LUA
}

ticks() { # user and system time of the server and of PostgreSQL, its ended processes included
    local children
    children=$(ps --ppid "$postmaster" -o pid=)
    for pid in $server $postmaster $children; do
        { sed 's/.*) //' "/proc/$pid/stat" 2> /dev/null || true; } | sed "s/^/$pid /" # one may have ended
    done | awk -v server="$server" -v postmaster="$postmaster" '
        $1 == server {jvm = $13 + $14; next}
        {pg += $13 + $14 + ($1 == postmaster ? $15 + $16 : 0)}
        END {print jvm, pg}'
}

http() { # workload connections seconds: requests a second, and the CPU of one in the JVM and in PostgreSQL
    local before after
    before=$(ticks)
    wrk -t 1 -c "$2" -d "${3}s" -s "$work/$1.lua" "$base" > "$work/wrk"
    after=$(ticks)
    if grep -Eq 'Non-2xx|Socket errors.*(connect|read|write) [1-9]' "$work/wrk"; then cat "$work/wrk" "$work/out" >&2; exit 1; fi
    echo "$before $after" | awk -v hertz="$(getconf CLK_TCK)" -v wrk="$work/wrk" '
        BEGIN {while ((getline line < wrk) > 0) {split(line, word, " ")
            if (line ~ /requests in/) requests = word[1]
            if (line ~ /Requests\/sec/) rate = word[2]}}
        {us = 1000000 / hertz / requests; print rate, ($3 - $1) * us, ($4 - $2) * us}'
}

query() { # options of pgbench
    pgbench -h 127.0.0.1 -p "$port" -U lockstep -n "$@" lockstep 2> "$work/pgbench" || { cat "$work/pgbench" >&2; exit 1; }
}

postgres() { # workload: transactions a second with the best number of clients
    for clients in 8 16 32; do
        query -M prepared -c $clients -j 1 -T "$seconds" -f "$work/$1.sql" | awk '/^tps/ {print $3}'
    done | sort -n | tail -1
}

median() { # of numbers, one a line
    sort -n | awk '{value[NR] = $1} END {print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2}'
}

echo "INSERT INTO document (service_sid, sid, data, $new)
    SELECT '${service:2}', ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, '$data', 0, 'system', now(), now()
    FROM generate_series(1, $documents) AS n;
    INSERT INTO sync_list (service_sid, sid, last_event_id, next_index, created_by, date_created, date_updated)
    SELECT '${service:2}', ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, 59, 60, 'system', now(), now()
    FROM generate_series(1, $documents) AS n;
    INSERT INTO sync_map (service_sid, sid, last_event_id, next_index, created_by, date_created, date_updated)
    SELECT '${service:2}', ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, 0, 0, 'system', now(), now()
    FROM generate_series(1, $documents) AS n;
    INSERT INTO sync_list_item ($new_item)
    SELECT '${service:2}', ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, i, '$data', i, i, false, 'system', now(), now()
    FROM generate_series(1, $documents) AS n CROSS JOIN generate_series(0, 59) AS i;
    INSERT INTO sync_map_item ($new_item)
    SELECT '${service:2}', ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, 'k', '$data', 0, 0, false, 'system', now(), now()
    FROM generate_series(1, $documents) AS n;" > "$work/fill.sql"
query -t 1 -f "$work/fill.sql" > "$work/filled"
for workload in "${workloads[@]}"; do
    script "$workload" > "$work/$workload.sql"
    requests "$workload" > "$work/$workload.lua"
    http "$workload" 64 "$warm_up" > /dev/null
done

for _ in $(seq "$rounds"); do
    for workload in "${workloads[@]}"; do
        reference=$(postgres "$workload")
        for c in $connections; do
            http "$workload" "$c" "$seconds" | awk -v p="$reference" '{print $1, p, $1 / p, $2, $3}' >> "$work/$workload-$c"
        done
    done
done

echo '| workload | connections | HTTP/s | pgbench/s, best of 8, 16, 32 clients | ratio | JVM CPU µs | PostgreSQL CPU µs |'
echo '|---|---|---|---|---|---|---|'
for workload in "${workloads[@]}"; do
    for c in $connections; do
        for column in 1 2 3 4 5; do awk -v column=$column '{print $column}' "$work/$workload-$c" | median; done |
            xargs printf "| $workload | $c | %.0f | %.0f | %.2f | %.1f | %.1f |\n"
    done
done
