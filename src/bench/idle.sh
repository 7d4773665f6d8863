#!/usr/bin/env bash
# What idle sockets take of a server's memory, beside a bare Vert.x server: logged in, and following one stream.
#
#   mvn -q -DskipTests package && src/bench/idle.sh [sockets] [rounds]
#
# Prints the medians of the rounds as TSV, in kilobytes for a socket: of the heap after a collection, and of the process. Each
# round has new servers, for what a process has once taken it does not give back. LOCKSTEP_JAVA_OPTIONS are those of both
# JVMs; a line a run goes to standard error. Needs curl and jcmd, and a limit of files above the number of sockets.
set -euo pipefail
cd "$(dirname "$0")/../.."
size=${1:-10000}
rounds=${2:-3}
export LOCKSTEP_JAVA_OPTIONS=${LOCKSTEP_JAVA_OPTIONS--XX:+UseSerialGC -Xmx1g}

memory() { # process: kilobytes of the heap that are in use after a collection, and of the process
    jcmd "$1" GC.run > /dev/null
    echo "$(jcmd "$1" GC.class_histogram | awk '/^Total/ {printf "%.0f", $3 / 1024}') $(awk '/VmRSS/ {print $2}' "/proc/$1/status")"
}

measure() { # target
    local empty full
    open_sockets "$1" 100 # whatever is loaded at the first ones
    close_sockets
    empty=$(memory "${processes[$1]}")
    open_sockets "$1" "$size"
    sleep 3 # until it is written who has come
    full=$(memory "${processes[$1]}")
    [ -z "${HISTOGRAMS:-}" ] || jcmd "${processes[$1]}" GC.class_histogram > "$HISTOGRAMS/$1"
    close_sockets
    echo "$empty $full $size $1" |
        awk '{printf "%s %.1f %.1f %d %d\n", $6, ($3 - $1) / $5, ($4 - $2) / $5, $3, $4}' | tee -a "$rows" >&2
}

rows=$(mktemp)
for _ in $(seq "$rounds"); do
    . src/bench/server.sh
    . src/bench/sockets.sh
    measure bare
    measure lockstep
    kill $server $bare
    wait $server $bare || true
    rm -rf "$work"
done

column() { awk -v target="$1" -v column="$2" '$1 == target {print $column}' "$rows"; }
printf 'sockets\theap_kb\tbare heap_kb\tratio\trss_kb\tbare rss_kb\tratio\n%s' "$size"
for column in 2 3; do
    printf '\t%s\t%s\t%.2f' "$(column lockstep $column | median)" "$(column bare $column | median)" \
        "$(paste <(column lockstep $column) <(column bare $column) | awk '{print $1 / $2}' | median)"
done
echo
rm "$rows"
