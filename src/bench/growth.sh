#!/usr/bin/env bash
# What size costs: fetches and updates of random documents where there are 1,000 of them in one Service, where there are very
# many in one, and where those are spread over many Services. Three servers on databases of their own, which take turns.
#
#   mvn -q -DskipTests package && src/bench/growth.sh [documents] [Services] [seconds a run] [rounds]
#
# Prints the medians of the rounds at 64 connections, separated by tabs; the ratio is that to the few documents of the same
# round. Needs wrk, psql and curl; server.sh says what the environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
many=${1:-1000000}
services=${2:-10000}
seconds=${3:-5}
rounds=${4:-5}
workloads=(document-fetch document-update)
documents=(1000 "$many" "$many")
in_services=(1 1 "$services")

. src/bench/servers.sh

spread() { # documents services: over Services whose SIDs are numbered like those of documents
    sql "INSERT INTO service (sid, account_sid, webhooks_from_rest_enabled, reachability_webhooks_enabled, acl_enabled,
                              reachability_debouncing_enabled, reachability_debouncing_window, date_created, date_updated)
         SELECT ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, account_sid, false, false, false, false, 5000, now(), now()
         FROM generate_series(1, $2) AS n CROSS JOIN (SELECT account_sid FROM service WHERE sid = '${service:2}') AS own;
         INSERT INTO document (service_sid, sid, data, last_event_id, created_by, date_created, date_updated)
         SELECT ('$sids' || lpad(to_hex(1 + n % $2), 12, '0'))::uuid, ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, '$data',
                0, 'system', now(), now()
         FROM generate_series(1, $1) AS n;
         VACUUM ANALYZE"
}

for i in 0 1 2; do
    begin_server $i
    if [ "${in_services[i]}" = 1 ]; then fill "$service" "${documents[i]}" 1; else spread "${documents[i]}" "$services"; fi
    for workload in "${workloads[@]}"; do
        requests "$service" "$workload" "${documents[i]}" $((in_services[i] == 1 ? 0 : services)) > "$work/$workload.lua"
    done
done
for _ in 1 2; do
    for workload in "${workloads[@]}"; do
        for i in 0 1 2; do use $i; http "$work/$workload.lua" 64 10 > /dev/null; done
    done
done
for round in $(seq "$rounds"); do
    for workload in "${workloads[@]}"; do
        echo "round $round: $workload" >&2
        for i in 0 1 2; do
            use $i
            sql 'VACUUM ANALYZE'
            [ $i != 0 ] || few=''
            result=$(http "$work/$workload.lua" 64 "$seconds")
            few=${few:-${result%% *}}
            echo "$result $few" | awk '{print $1, $1 / $6, $2, $3, $4, $5}' >> "$all/$workload-$i"
        done
    done
done

printf 'workload\tdocuments\tservices\tper_s\tratio\tjvm_us\tpostgresql_us\tp50_ms\tp99_ms\n'
for workload in "${workloads[@]}"; do
    for i in 0 1 2; do
        of=$all/$workload-$i
        printf '%s\t%s\t%s\t%.0f\t%.2f\t%.1f\t%.1f\t%.2f\t%.2f\n' "$workload" "${documents[i]}" "${in_services[i]}" \
            "$(column "$of" 1 | median)" "$(column "$of" 2 | median)" "$(column "$of" 3 | median)" \
            "$(column "$of" 4 | median)" "$(column "$of" 5 | median)" "$(column "$of" 6 | median)"
    done
done
