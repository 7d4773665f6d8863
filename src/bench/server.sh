# Sourced by the benchmarks: a server of target/lockstep.jar, or of LOCKSTEP_JAR, on a new embedded database, which ends with
# the script. LOCKSTEP_JAVA_OPTIONS are given to its JVM, and settings in the environment to the server; without one it writes
# no access log. Sets work (a folder), server (its process), base, user, service (the SID of one), postmaster (its
# process) and port. servers.sh is for more than one.
work=$(mktemp -d)

stop_server() {
    kill "$server" 2> /dev/null || true # idle.sh has ended its own by then
    wait "$server" || true
    rm -rf "$work"
}
[ "${BENCH_NESTED:-}" = yes ] || trap stop_server EXIT

start_server() {
    LOCKSTEP_DATA_DIR=$work/data LOCKSTEP_PORT=${LOCKSTEP_PORT:-0} LOCKSTEP_MANAGEMENT_PORT=${LOCKSTEP_MANAGEMENT_PORT:-0} \
        LOCKSTEP_ACCESS_LOG=${LOCKSTEP_ACCESS_LOG:-off} \
        java ${LOCKSTEP_JAVA_OPTIONS:-} -jar "${LOCKSTEP_JAR:-$PWD/target/lockstep.jar}" > "$work/out" 2>&1 &
    server=$!
    for _ in $(seq 300); do grep -q 'is ready' "$work/out" && break; sleep 0.2; done
    base=$(awk '/REST API/ {print $3}' "$work/out")
    postmaster=$(head -1 "$work/data/pgdata/postmaster.pid")
    port=$(sed -n 4p "$work/data/pgdata/postmaster.pid")
}

sql() { # statements: their rows, columns separated by bars
    printf '%s;\n' "$1" | psql -h 127.0.0.1 -p "$port" -U lockstep -qAt -v ON_ERROR_STOP=1 lockstep
}

create_service() { # more parameters for curl: its SID
    curl -fsS -u "$user" -d FriendlyName=bench "$@" "$base/Services" | grep -o 'IS[0-9a-f]\{32\}' | head -1
}

start_server
account=$(awk '/Account SID/ {print $3}' "$work/out")
user=$account:$(awk '/Auth token/ {print $3}' "$work/out")
export PGPASSWORD
PGPASSWORD=$(cat "$work/data/database-password")
service=$(create_service)
