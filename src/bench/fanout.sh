#!/usr/bin/env bash
# How fast one 300-byte message of a stream reaches all who follow it, and what idle sockets cost, beside a bare Vert.x server
# that hands one shared buffer to every socket and reads the acknowledgements.
#
#   mvn -q -DskipTests package && src/bench/fanout.sh [seconds a run] [rounds] [sockets...]
#
# Prints a line a run of FanOut.java: the next message is published when the last has reached every socket. Behind it the CPU
# of the server for a delivery, and its memory for a socket before anything was published, in kilobytes: of its heap after a
# collection, and of the process. Needs curl and jcmd.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-8}
rounds=${2:-3}
shift $(($# < 2 ? $# : 2))
sizes=${*:-1000 5000}

ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'; }
memory() { # process: kilobytes of the heap that are in use after a collection, and of the process
    jcmd "$1" GC.run > /dev/null
    echo "$(jcmd "$1" GC.class_histogram | awk '/^Total/ {printf "%.0f", $3 / 1024}') $(awk '/VmRSS/ {print $2}' "/proc/$1/status")"
}

run() { # process, arguments of FanOut
    local pid=$1 before empty full line
    shift
    empty=$(memory "$pid")
    coproc LOAD { java -Xmx1g -cp target/lockstep.jar src/bench/FanOut.java load "$@"; }
    local from=${LOAD[0]} to=${LOAD[1]}
    read -r line <&"$from"
    full=$(memory "$pid")
    echo >&"$to"
    read -r line <&"$from" # it is warm
    before=$(ticks "$pid")
    read -r line <&"$from"
    echo "$line; $(echo "$before $(ticks "$pid") $(getconf CLK_TCK) ${line%% *} $empty $full $5" |
        awk '{printf "%.1f µs; a socket %.1f KB of heap, %.1f KB of memory", ($2 - $1) * 1e6 / $3 / $4, ($7 - $5) / $9, ($8 - $6) / $9}')"
    wait "$LOAD_PID" 2> /dev/null || true
}

. src/bench/server.sh
root=${base%/v1}
token=$(LOCKSTEP_DATA_DIR=$work/data java -jar target/lockstep.jar token mint --identity bench --ttl 36000)
stream=$(curl -fsS -u "$user" -d UniqueName=bench "$base/Services/default/Streams" | grep -o 'TO[0-9a-f]\{32\}' | head -1)
bare_port=$((${root##*:} + 1))
java -cp target/lockstep.jar src/bench/FanOut.java bare $bare_port > "$work/bare" 2>&1 &
bare=$!
trap 'kill $server $bare 2> /dev/null; wait $server || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q ready "$work/bare" && break; sleep 0.2; done
authorization="Basic $(printf %s "$user" | base64 -w 0)"
for _ in $(seq "$rounds"); do
    for size in $sizes; do
        echo "$size bare:     $(run $bare "http://127.0.0.1:$bare_port" - - - "$size" "$seconds")"
        echo "$size Lockstep: $(run $server "$root" "$token" "$stream" "$authorization" "$size" "$seconds")"
    done
done
