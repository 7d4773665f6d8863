#!/usr/bin/env bash
# What webhooks cost, how many are delivered in a second, and how soon.
#
#   mvn -q -DskipTests package && src/bench/webhooks.sh [seconds a run] [rounds]
#
# Prints a line a run of WebhookLoad.java, and the CPU of the server and PostgreSQL together for a write, in microseconds:
# without webhooks, with those that wait because no node sends any, and with those that are sent, each as fast as it goes. The
# more writes in a second, the more share a transaction, and the less is one of them: so also without webhooks, as many in a
# second as were sent, and both at 1,000 a second. Then 500 writes a second over ten receivers, and the same with one of them
# that never answers. Needs psql and curl.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-8}
rounds=${2:-3}

begin() { # writes a second, Services, hanging receivers, none, waiting or sent, seconds
    java -cp target/lockstep.jar src/bench/WebhookLoad.java "$base" "$user" "$1" "${5:-$seconds}" "$2" "$3" "$4"
}

load() { # the same at once
    echo | begin "$@" | tail -1
}

ticks() { # user and system time of the server and of PostgreSQL, its ended processes included
    for pid in $server $postmaster $(ps --ppid "$postmaster" -o pid=); do
        { sed 's/.*) //' "/proc/$pid/stat" 2> /dev/null || true; } | sed "s/^/$pid /"
    done | awk -v postmaster="$postmaster" '{all += $13 + $14 + ($1 == postmaster ? $15 + $16 : 0)} END {print all}'
}

cpu() { # the same, with the CPU of a write
    local before line
    coproc LOAD { begin "$@"; }
    local from=${LOAD[0]} to=${LOAD[1]}
    read -r line <&"$from" # it is ready
    before=$(ticks)
    echo >&"$to"
    read -r line <&"$from"
    echo "$line; $(echo "$before $(ticks) $(getconf CLK_TCK) ${line%% *}" | awk '{printf "%.0f", ($2 - $1) * 1000000 / $3 / $4}') µs"
    wait "$LOAD_PID" 2> /dev/null || true
}

export LOCKSTEP_WEBHOOK_SENDING=off
. src/bench/server.sh
for webhooks in none waiting none waiting; do load 0 10 0 $webhooks 30 > "$work/warm-up"; done # at first a JVM compiles
for _ in $(seq "$rounds"); do
    echo "without webhooks:  $(cpu 0 10 0 none)"
    echo "with the outbox:   $(cpu 0 10 0 waiting)"
done
kill $server && wait $server || true

export LOCKSTEP_WEBHOOK_SENDING=on
rm -rf "$work/data"
start_server
account=$(awk '/Account SID/ {print $3}' "$work/out")
user=$account:$(awk '/Auth token/ {print $3}' "$work/out")
for webhooks in none sent none sent; do load 0 10 0 $webhooks 30 > "$work/warm-up"; done
for _ in $(seq "$rounds"); do
    echo "without webhooks:  $(cpu 0 10 0 none)"
    sent=$(cpu 0 10 0 sent)
    rate=${sent#*, }
    echo "with what is sent: $sent"
    echo "without, as many:  $(cpu "${rate%% *}" 10 0 none)"
    echo "1,000 a second without: $(cpu 1000 10 0 none)"
    echo "1,000 a second, sent:   $(cpu 1000 10 0 sent)"
done
for _ in $(seq "$rounds"); do
    echo "500 a second:      $(load 500 10 0 sent)"
    echo "one never answers: $(load 500 10 1 sent)"
done
