#!/usr/bin/env bash
# What the benchmarks need beside a JDK and Maven, from the packages of Debian or Ubuntu: wrk, psql, pgbench, curl and ps.
set -euo pipefail
packages=(wrk postgresql-client postgresql-contrib curl procps)
[ "$(id -u)" = 0 ] || sudo=sudo
${sudo:-} apt-get update
# pgbench comes with a server, which the benchmarks do not use: they bring PostgreSQL along
${sudo:-} apt-get install -y --no-install-recommends "${packages[@]}"
for command in wrk psql curl ps; do command -v "$command"; done
command -v pgbench || ls /usr/lib/postgresql/*/bin/pgbench
