#!/usr/bin/env bash
# What it costs to tell messages of a stream to all who follow it, 300 bytes each, beside a bare Vert.x server that hands one
# shared buffer to every socket and reads the acknowledgements.
#
#   mvn -q -DskipTests package && src/bench/fanout.sh [seconds a run] [rounds] [sockets...]
#
# MODES are those of FanOut.java: message by message, eight at once, and 10,000 deliveries a second. The servers take turns.
# Prints the medians of the rounds as TSV: Lockstep's deliveries a second; CPU of the server's process for a delivery, in
# microseconds, of both; the median of the rounds' ratios; and Lockstep's milliseconds from when a message was to be published
# until a client had it. A line a run goes to standard error. Needs curl.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-8}
rounds=${2:-5}
shift $(($# < 2 ? $# : 2))
sizes=${*:-500 5000}
modes=${MODES:-single burst paced:10000}

ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'; }

measure() { # target, mode, sockets, seconds to warm up: a line into rows
    local before after deliveries took p50 p99
    echo "$2 $4 $seconds" >&"$to"
    read -r line <&"$from" # it is warm
    before=$(ticks "${processes[$1]}")
    read -r deliveries took p50 p99 <&"$from"
    after=$(ticks "${processes[$1]}")
    echo "$2 $3 $1 $((after - before)) $(getconf CLK_TCK) $deliveries $took $p50 $p99" |
        awk '{printf "%s %s %s %.0f %.2f %s %s\n", $1, $2, $3, $6 / $7, $4 * 1e6 / $5 / $6, $8, $9}' |
        tee -a "$work/rows" >&2
}

. src/bench/server.sh
. src/bench/sockets.sh
for target in bare lockstep; do # until the JVM's compiler, which takes a third of the CPU at first, has little left to do
    open_sockets $target 500
    for mode in burst single; do
        measure $target "$mode" 500 40
    done
    close_sockets
done
: > "$work/rows"
for _ in $(seq "$rounds"); do
    for size in $sizes; do
        for target in bare lockstep; do
            open_sockets $target "$size"
            warmup=5
            for mode in $modes; do
                measure $target "$mode" "$size" $warmup
                warmup=2
            done
            close_sockets
        done
    done
done

rows() { # mode, sockets, target, column
    awk -v mode="$1" -v size="$2" -v target="$3" -v column="$4" '$1 == mode && $2 == size && $3 == target {print $column}' \
        "$work/rows"
}
printf 'mode\tsockets\tdeliveries_per_s\tus\tbare us\tratio\tp50_ms\tp99_ms\n'
for mode in $modes; do
    for size in $sizes; do
        printf '%s\t%s\t%s\t%s\t%s\t%.2f\t%s\t%s\n' "$mode" "$size" \
            "$(rows "$mode" "$size" lockstep 4 | median)" \
            "$(rows "$mode" "$size" lockstep 5 | median)" \
            "$(rows "$mode" "$size" bare 5 | median)" \
            "$(paste <(rows "$mode" "$size" lockstep 5) <(rows "$mode" "$size" bare 5) | awk '{print $1 / $2}' | median)" \
            "$(rows "$mode" "$size" lockstep 6 | median)" \
            "$(rows "$mode" "$size" lockstep 7 | median)"
    done
done
