#!/usr/bin/env bash
# All benchmarks in turn, and the report on them: docs/benchmarks.md. Takes hours; quick takes minutes, and its figures say no
# more than that everything runs.
#
#   mvn -q -DskipTests package && src/bench/all.sh [full or quick]
#
# What a script prints is in target/bench afterwards. One that fails does not keep the others from running, but all.sh fails
# in the end, and tells which. install.sh has what they need.
set -uo pipefail
cd "$(dirname "$0")/../.."
form=${1:-full}
out=target/bench
mkdir -p $out
failed=()

run() { # name of the file, script and arguments
    local file=$out/$1
    shift
    echo "$(date +%T) $*" >&2
    if ! src/bench/"$@" > "$file.part"; then
        failed+=("$1")
        rm -f "$file" # an older one would pass for its result
        mv "$file.part" "$file.failed"
    else
        mv "$file.part" "$file"
        rm -f "$file.failed"
    fi
}

case $form in
    full)
        run rest.tsv run.sh
        run fanout.tsv fanout.sh
        run idle.tsv idle.sh
        run growth.tsv growth.sh
        run startup.tsv startup.sh
        run webhooks.txt webhooks.sh
        ;;
    quick)
        run rest.tsv run.sh 2 2
        run fanout.tsv fanout.sh 2 1 500
        run idle.tsv idle.sh 500 1
        run growth.tsv growth.sh 5000 10 2 2
        run startup.tsv startup.sh 1
        run webhooks.txt webhooks.sh 2 1
        ;;
    *)
        echo "neither full nor quick: $form" >&2
        exit 2
        ;;
esac
java -cp target/lockstep.jar src/bench/Report.java $out docs "$form" || failed+=(Report.java)

if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi
