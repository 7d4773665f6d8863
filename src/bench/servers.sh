# Sourced by the benchmarks that have several servers, which take turns: begin_server NUMBER starts one, use NUMBER makes it
# the one that the functions of server.sh and rest.sh are about. all is a folder for results.
all=$(mktemp -d)
began=()
trap 'for i in "${began[@]}"; do use "$i"; stop_server; done; rm -rf "$all"' EXIT

begin_server() {
    BENCH_NESTED=yes . src/bench/server.sh
    began+=("$1")
    for name in work server base user service postmaster port PGPASSWORD; do
        printf -v "of_${1}_$name" %s "${!name}"
    done
}

use() {
    local value
    for name in work server base user service postmaster port PGPASSWORD; do
        value=of_${1}_$name
        printf -v "$name" %s "${!value}"
    done
}

. src/bench/rest.sh
