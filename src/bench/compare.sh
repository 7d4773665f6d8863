#!/usr/bin/env bash
# Two builds in turns, each on a database of its own: what a change has brought, or taken.
#
#   src/bench/compare.sh OLD.jar NEW.jar [seconds a run] [rounds] [workload...]
#
# Prints the medians of the rounds, separated by tabs. Workloads are those of rest.sh, document-update and document-fetch
# unless some are named; BENCH_CONNECTIONS as for run.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
jars=("$(realpath "$1")" "$(realpath "$2")")
seconds=${3:-5}
rounds=${4:-5}
workloads=("${@:5}")
[ ${#workloads[@]} -gt 0 ] || workloads=(document-update document-fetch)
connections=${BENCH_CONNECTIONS:-1 64}
names=(old new)

. src/bench/servers.sh
for i in 0 1; do
    LOCKSTEP_JAR=${jars[i]} begin_server $i
    fill "$service" 1000 1000
    for workload in "${workloads[@]}"; do requests "$service" "$workload" 1000 > "$work/$workload.lua"; done
done
for _ in 1 2; do
    for workload in "${workloads[@]}"; do
        for i in 0 1; do use $i; http "$work/$workload.lua" 64 10 > /dev/null; done
    done
done
for round in $(seq "$rounds"); do
    for workload in "${workloads[@]}"; do
        for c in $connections; do
            for i in 0 1; do
                use $i
                sql 'VACUUM ANALYZE'
                http "$work/$workload.lua" "$c" "$seconds" >> "$all/$workload-$c-${names[i]}"
            done
            echo "round $round: $workload" >&2
        done
    done
done

printf 'workload\tconnections\tbuild\tper_s\tjvm_us\tpostgresql_us\tp50_ms\tp99_ms\n'
for workload in "${workloads[@]}"; do
    for c in $connections; do
        for name in "${names[@]}"; do
            of=$all/$workload-$c-$name
            printf '%s\t%s\t%s\t%.0f\t%.1f\t%.1f\t%.3f\t%.2f\n' "$workload" "$c" "$name" "$(column "$of" 1 | median)" \
                "$(column "$of" 2 | median)" "$(column "$of" 3 | median)" "$(column "$of" 4 | median)" "$(column "$of" 5 | median)"
        done
    done
done
