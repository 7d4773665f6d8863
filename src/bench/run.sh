#!/usr/bin/env bash
# Requests over HTTP (wrk, with credentials) beside pgbench, which runs the plain statement for a single row on the same
# database, in turns. Prints the medians of the rounds, separated by tabs; ratios are taken round by round. Ratios mean
# something, rates only on a machine of one's own.
#
#   mvn -q -DskipTests package && src/bench/run.sh [seconds a run] [rounds] [workload...]
#
# Workloads over 1,000 objects (rest.sh): service-fetch document-create document-fetch document-update document-update-if
# document-hot map-item-set list-append item-page stream-publish; all of them unless some are named. Those that change
# something are run once more where the Service wants webhooks: their rows are written, and the dispatcher is off. CPU is user
# and system time of a request in microseconds. BENCH_CONNECTIONS are how many connections wrk has, one number after another.
# Needs wrk, psql, pgbench and curl. server.sh says what the environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5}
rounds=${2:-5}
workloads=("${@:3}")
[ ${#workloads[@]} -gt 0 ] ||
    workloads=(service-fetch document-create document-fetch document-update document-update-if document-hot
        map-item-set list-append item-page stream-publish)
connections=${BENCH_CONNECTIONS:-1 16 64 256}
objects=1000
warm_up=10 # seconds, twice: at first a JVM compiles

export LOCKSTEP_WEBHOOK_SENDING=off
. src/bench/server.sh
. src/bench/rest.sh
silent=$service
telling=$(create_service -d WebhookUrl=http://127.0.0.1:1/ -d WebhooksFromRestEnabled=true)

webhooks() { # workload: how it is run
    case $1 in
        *-fetch | item-page | stream-publish) echo off ;;
        *) echo off on ;;
    esac
}

postgres() { # script: transactions a second with the best number of clients
    for clients in 8 16 32; do
        pgbench -h 127.0.0.1 -p "$port" -U lockstep -n -M prepared -c $clients -j 1 -T "$seconds" -f "$1" lockstep \
            2> "$work/pgbench" | awk '/^tps/ {print $3}' || { cat "$work/pgbench" >&2; exit 1; }
    done | sort -n | tail -1
}

tidy() { # so that no run pays for another's rows
    sql 'TRUNCATE webhook_delivery, webhook_queue; VACUUM ANALYZE'
}

for sid in "$silent" "$telling"; do fill "$sid" $objects $objects; done
for workload in "${workloads[@]}"; do
    statement "$silent" "$workload" $objects > "$work/$workload.sql"
    for how in $(webhooks "$workload"); do
        requests "$([ "$how" = on ] && echo "$telling" || echo "$silent")" "$workload" $objects > "$work/$workload-$how.lua"
    done
done
for _ in 1 2; do
    for workload in "${workloads[@]}"; do http "$work/$workload-off.lua" 64 "$warm_up" > /dev/null; done
done

for round in $(seq "$rounds"); do
    for workload in "${workloads[@]}"; do
        echo "round $round: $workload" >&2
        tidy
        reference=$(postgres "$work/$workload.sql")
        for how in $(webhooks "$workload"); do
            for c in $connections; do
                tidy
                http "$work/$workload-$how.lua" "$c" "$seconds" |
                    awk -v p="$reference" '{print $1, p, $1 / p, $2, $3, $4, $5}' >> "$work/$workload-$how-$c"
            done
        done
    done
done

printf 'workload\twebhooks\tconnections\thttp_per_s\tpgbench_per_s\tratio\tratio_min\tratio_max\tjvm_us\tpostgresql_us\tp50_ms\tp99_ms\n'
for workload in "${workloads[@]}"; do
    for how in $(webhooks "$workload"); do
        for c in $connections; do
            of=$work/$workload-$how-$c
            printf '%s\t%s\t%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t%.2f\t%.2f\n' "$workload" "$how" "$c" \
                "$(column "$of" 1 | median)" "$(column "$of" 2 | median)" "$(column "$of" 3 | median)" \
                "$(column "$of" 3 | sort -n | head -1)" "$(column "$of" 3 | sort -n | tail -1)" \
                "$(column "$of" 4 | median)" "$(column "$of" 5 | median)" "$(column "$of" 6 | median)" "$(column "$of" 7 | median)"
        done
    done
done
