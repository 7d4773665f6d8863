# Sourced by fanout.sh and idle.sh, behind server.sh: a bare Vert.x server beside Lockstep's, with the same options of its JVM.
# Sets targets (what load is called with, by name), and processes.
root=${base%/v1}
token=$(LOCKSTEP_DATA_DIR=$work/data java -jar target/lockstep.jar token mint --identity bench --ttl 36000)
stream=$(curl -fsS -u "$user" -d UniqueName=bench "$base/Services/default/Streams" | grep -o 'TO[0-9a-f]\{32\}' | head -1)
bare_port=$((${root##*:} + 1))
java ${LOCKSTEP_JAVA_OPTIONS:-} -cp target/lockstep.jar src/bench/FanOut.java bare $bare_port > "$work/bare" 2>&1 &
bare=$!
trap 'kill $server $bare 2> /dev/null || true; wait $server || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q ready "$work/bare" && break; sleep 0.2; done
declare -A processes=([bare]=$bare [lockstep]=$server) targets=(
    [bare]="http://127.0.0.1:$bare_port - - -"
    [lockstep]="$root $token $stream Basic|$(printf %s "$user" | base64 -w 0)"
)

open_sockets() { # target, sockets: coprocess LOAD, once they are open
    local target
    read -ra target <<< "${targets[$1]}"
    coproc LOAD { exec java -Xmx1g -cp target/lockstep.jar src/bench/FanOut.java load "${target[@]/|/ }" "$2"; }
    load=$LOAD_PID
    exec {from}<&"${LOAD[0]}" {to}>&"${LOAD[1]}"
    read -r line <&"$from"
    [ "$line" = ready ]
}

close_sockets() {
    exec {from}<&- {to}>&-
    eval "exec ${LOAD[1]}>&-" 2> /dev/null || true
    wait "$load" 2> /dev/null || true
}

median() { # of the column of the rows on standard input
    sort -n | awk '{value[NR] = $1} END {print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2}'
}
