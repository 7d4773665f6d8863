#!/usr/bin/env bash
# From the start of the process until /health/ready says 200, and what memory it has when nothing has happened for five
# seconds: by the plain java command, and with the options of the container.
#
#   mvn -q -DskipTests package && src/bench/startup.sh [runs]
#
# The database is another server's, and has its schema. Prints medians of the runs, separated by tabs: milliseconds, and
# megabytes of the process. LOCKSTEP_JAVA is the JVM. Needs psql and curl; server.sh says what the environment may set.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-5}
jvm=${LOCKSTEP_JAVA:-java}
. src/bench/server.sh
. src/bench/rest.sh
started=''
end() {
    [ -z "$started" ] || kill "$started" 2> /dev/null || true
    stop_server
}
trap end EXIT

container=()
for option in $(grep -o -- ' -[-X][-A-Za-z0-9:+=]*' container/lockstep); do # those that this JVM knows
    ! "$jvm" "$option" -version > /dev/null 2>&1 || container+=("$option")
done

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

start() { # options of the JVM: milliseconds and megabytes, into times
    local begin health=''
    begin=$(milliseconds)
    LOCKSTEP_DATABASE_URL=postgresql://lockstep:$PGPASSWORD@127.0.0.1:$port/lockstep LOCKSTEP_DATA_DIR=$work/second \
        LOCKSTEP_MASTER_KEY_FILE=$work/data/master.key LOCKSTEP_ACCOUNT_SID=$account LOCKSTEP_AUTH_TOKEN=${user#*:} \
        LOCKSTEP_PORT=0 LOCKSTEP_MANAGEMENT_PORT=$management LOCKSTEP_ACCESS_LOG=off \
        "$jvm" "$@" -jar "${LOCKSTEP_JAR:-$PWD/target/lockstep.jar}" > "$work/started" 2>&1 &
    started=$!
    until curl -fs -o /dev/null "http://127.0.0.1:$management/health/ready"; do
        kill -0 $started 2> /dev/null || { cat "$work/started" >&2; exit 1; }
        sleep 0.01
    done
    health=$(milliseconds)
    sleep 5
    echo "$((health - begin)) $(awk '/VmRSS/ {printf "%.0f", $2 / 1024}' "/proc/$started/status")" >> "$times"
    kill $started
    wait $started || true
    started=''
}

management=$((port + 1))
while (: < "/dev/tcp/127.0.0.1/$management") 2> /dev/null; do management=$((management + 1)); done # until nobody listens
for _ in $(seq "$runs"); do # in turns
    times=$work/plain start
    times=$work/container start "${container[@]}"
done

printf 'configuration\tstart_ms\tmin\tmax\trss_mb\n'
for configuration in plain container; do
    of=$work/$configuration
    options=${container[*]}
    printf '%s\t%.0f\t%d\t%d\t%.0f\n' "$([ $configuration = plain ] && echo 'no options' || echo "$options")" \
        "$(column "$of" 1 | median)" "$(column "$of" 1 | sort -n | head -1)" "$(column "$of" 1 | sort -n | tail -1)" \
        "$(column "$of" 2 | median)"
done
