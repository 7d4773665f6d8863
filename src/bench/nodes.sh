#!/usr/bin/env bash
# What it costs that a change is told at another node: how soon it comes there, beside a socket at the node that wrote it, what
# is sent for it, and the CPU, beside a node alone; and how long a node takes to join, without and with many objects followed.
#
#   mvn -q -DskipTests package && src/bench/nodes.sh [seconds a run] [rounds] [objects]
#
# Three nodes run at once and are measured in turns: one alone (LOCKSTEP_CLUSTER=off) on a database of its own, and A and B, a
# cluster on loopback on another database of the same PostgreSQL. 200 documents of 300 bytes are updated by REST at A, or at the
# one alone, at 100 and 1,000 changes a second; requests are sent by schedule, not after answers, and times count from when they
# were due. Four sockets at each node follow all documents. "B after A" is how much later a change came at B's socket than at
# A's, by the one clock of the client: what crossing costs. CPU is user and system time of the JVMs, by what ticks they have
# used; what a node uses when nothing happens is in it, and is told beside it.
#
# Then a third node joins, twice: with nothing followed but the 200 documents, and while sockets at B follow so many objects,
# 2,000 each. Told are the times from the start of its process until it is ready, and until both others hear it
# (lockstep_cluster_peers); and, by B's reads, how long B compared what it follows with the rows, because it heard a node that
# it had not known. It asks for 500 objects at once, and what takes two reads or less is not seen. LOCKSTEP_COMPARE_INTERVAL is
# an hour here, so that its comparison does not come in between.
#
# Takes about three minutes as it is. Where the machine is short of CPU most of each time is the write's own: look at "B after
# A" rather than at the ratio then. BENCH_CLUSTER_PORT is the first of six ports. Needs psql and curl; server.sh says what the
# environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-6}
rounds=${2:-2}
objects=${3:-100000}
first=${BENCH_CLUSTER_PORT:-25701}

export LOCKSTEP_EVENT_LOOPS=${LOCKSTEP_EVENT_LOOPS:-$((($(nproc) + 1) / 2))} # the embedded database would change the default
export LOCKSTEP_DATABASE_POOL_SIZE=${LOCKSTEP_DATABASE_POOL_SIZE:-10} # four nodes share 100 connections
export LOCKSTEP_COMPARE_INTERVAL=1h
. src/bench/server.sh
alone=$server
nodes=()
others=() # processes beside the nodes
end() {
    kill "${nodes[@]}" "${others[@]}" 2> /dev/null || true
    wait "${nodes[@]}" 2> /dev/null || true
    kill $alone 2> /dev/null || true # with the database
    wait $alone || true
    rm -rf "$work"
}
trap end EXIT
token=$(LOCKSTEP_DATA_DIR=$work/data java -jar target/lockstep.jar token mint --identity bench --service default --ttl 36000)
sql "CREATE DATABASE nodes"

start_node() { # number: nodes[number] and its output
    LOCKSTEP_CLUSTER=tcp LOCKSTEP_CLUSTER_PORT=$((first + 2 * $1)) LOCKSTEP_CLUSTER_BUS_PORT=$((first + 2 * $1 + 1)) \
        LOCKSTEP_CLUSTER_MEMBERS=127.0.0.1:$first,127.0.0.1:$((first + 2)),127.0.0.1:$((first + 4)) \
        LOCKSTEP_DATABASE_URL=postgresql://lockstep:$PGPASSWORD@127.0.0.1:$port/nodes \
        LOCKSTEP_MASTER_KEY_FILE=$work/data/master.key LOCKSTEP_ACCOUNT_SID=$account LOCKSTEP_AUTH_TOKEN=${user#*:} \
        LOCKSTEP_API_KEY_SID=$(awk '/API key/ {print $3}' "$work/out") \
        LOCKSTEP_API_KEY_SECRET=$(awk '/API key/ {print $6}' "$work/out") \
        LOCKSTEP_PORT=0 LOCKSTEP_MANAGEMENT_PORT=0 LOCKSTEP_ACCESS_LOG=${LOCKSTEP_ACCESS_LOG:-off} \
        java ${LOCKSTEP_JAVA_OPTIONS:-} -jar "$PWD/target/lockstep.jar" > "$work/out$1" 2>&1 &
    nodes[$1]=$!
}

await() { # what for, command: until it succeeds
    for _ in $(seq 1500); do "${@:2}" && return; sleep 0.02; done
    echo "$1: not within time" >&2
    cat "$work"/out* >&2
    exit 1
}

ready() { grep -q 'is ready' "$work/out$1" 2> /dev/null; }
address() { awk '/REST API/ {sub("/v1", "", $3); print $3}' "$work/out$1"; }
management() { awk '/Health/ {sub("/health/ready", "", $2); print $2}' "$work/out$1"; }
peers() { curl -fsS "$(management "$1")/metrics" | awk '/^lockstep_cluster_peers / {print int($2)}'; }
hear() { [ "$(peers 0)" = "$1" ] && [ "$(peers 1)" = "$1" ]; }
since() { echo "$(($(date +%s%N) - $1))" | awk '{printf "%.2f", $1 / 1e9}'; }

start_node 0
start_node 1
await 'A is ready' ready 0
await 'B is ready' ready 1
await 'A and B hear each other' hear 1

java -cp target/lockstep.jar src/bench/Nodes.java load "$token" "Basic $(printf %s "$user" | base64 -w 0)" \
    "$(getconf CLK_TCK)" "$seconds" "$rounds" \
    "$alone,$(address ''),$(management '')" \
    "${nodes[0]},$(address 0),$(management 0)" "${nodes[1]},$(address 1),$(management 1)"

reads() { # that B has done
    curl -fsS "$(management 1)/metrics" | awk '/^vertx_pool_completed_total.*-reads"/ {sum += $NF} END {printf "%d", sum}'
}
watch() { # time and number of B's reads, a line each, until it is ended
    while sleep 0.02; do echo "$(date +%s%N) $(reads)"; done > "$work/reads"
}

join() { # what is followed at B: a line of how a third node comes, and its end
    local begun ready heard watching
    sleep 2 # what went before is over
    watch &
    watching=$!
    others=($watching)
    rm -f "$work/out2"
    begun=$(date +%s%N)
    start_node 2
    await 'the third is ready' ready 2
    ready=$(since "$begun")
    await 'the third is heard' hear 2
    heard=$(since "$begun")
    sleep 3
    kill $watching
    wait $watching 2> /dev/null || true
    others=()
    awk -v what="$1" -v ready="$ready" -v heard="$heard" '
        NR > 1 && $2 - all > 2 {spent += $1 - before; reads += $2 - all} # less is what every node asks now and then
        {before = $1; all = $2}
        END {printf "| %s | %s | %s | %.2f | %d |\n", what, ready, heard, spent / 1e9, reads}' "$work/reads"
    kill "${nodes[2]}"
    wait "${nodes[2]}" || true
    unset 'nodes[2]'
    await 'the third is not heard' hear 1
}

echo
echo '| followed at B | s until the third is ready | s until it is heard | s of comparing at B | reads for that |'
echo '|---|---|---|---|---|'
join 'nothing more'

sids=01900000000070008000
service=$(curl -fsS -u "$user" "$(address 0)/v1/Services/default" | grep -o 'IS[0-9a-f]\{32\}' | head -1)
psql -h 127.0.0.1 -p "$port" -U lockstep -qAt nodes -c "
    INSERT INTO document (service_sid, sid, data, last_event_id, created_by, date_created, date_updated)
    SELECT '${service:2}', ('$sids' || lpad(to_hex(n), 12, '0'))::uuid, '{\"text\":\"' || repeat('x', 289) || '\"}', 0,
           'system', now(), now()
    FROM generate_series(1, $objects) AS n" -c 'VACUUM ANALYZE document'
coproc FOLLOW { java -cp target/lockstep.jar src/bench/Nodes.java follow "$token" "$(address 1)" $sids "$objects"; }
read -r _ <&"${FOLLOW[0]}"
followed=$FOLLOW_PID
join "$objects documents"
kill "$followed" && wait "$followed" 2> /dev/null || true
