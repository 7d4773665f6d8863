# Sourced by the benchmarks of REST, behind server.sh: what the rows, the requests and the statements of a workload are, and
# how much CPU a request takes.
#
# Documents, lists and maps are numbered: the first twenty digits of their SIDs, then the number.
sids=01900000000070008000
# (No colon before a letter or a digit: pgbench takes that for a variable.)
data=$(printf '{"id":"1234567","title":"%0100d","state":["open","assigned"],"tags":["one","two","three"]}' 0)

fill() { # service documents collections: so many documents, and lists of 60 items, maps of one item, and streams
    local sid="('$sids' || lpad(to_hex(n), 12, '0'))::uuid" events="last_event_id, created_by, date_created, date_updated"
    local item="service_sid, collection_sid, key, data, last_event_id, created_event_id, removed, created_by, date_created, date_updated"
    sql "INSERT INTO document (service_sid, sid, data, $events)
         SELECT '${1:2}', $sid, '$data', 0, 'system', now(), now() FROM generate_series(1, $2) AS n;
         INSERT INTO sync_list (service_sid, sid, next_index, $events)
         SELECT '${1:2}', $sid, 60, 59, 'system', now(), now() FROM generate_series(1, $3) AS n;
         INSERT INTO sync_list_item ($item)
         SELECT '${1:2}', $sid, i, '$data', i, i, false, 'system', now(), now()
         FROM generate_series(1, $3) AS n CROSS JOIN generate_series(0, 59) AS i;
         INSERT INTO sync_map (service_sid, sid, next_index, $events)
         SELECT '${1:2}', $sid, 0, 0, 'system', now(), now() FROM generate_series(1, $3) AS n;
         INSERT INTO sync_map_item ($item)
         SELECT '${1:2}', $sid, 'k', '$data', 0, 0, false, 'system', now(), now() FROM generate_series(1, $3) AS n;
         INSERT INTO sync_stream (service_sid, sid, created_by, date_created, date_updated)
         SELECT '${1:2}', $sid, 'system', now(), now() FROM generate_series(1, $3) AS n;
         VACUUM ANALYZE"
}

statement() { # service workload objects: the script of pgbench, which does the workload's statement for a single row
    local n="\\set n random(1, $3)" sid="('$sids' || lpad(to_hex(:n::integer), 12, '0'))::uuid" object in
    object="service_sid = '${1:2}'::uuid AND sid = $sid"
    in="service_sid = '${1:2}'::uuid AND collection_sid = $sid"
    local document='service_sid, sid, unique_name, data, last_event_id, created_by, date_created, date_updated, date_expires'
    local item='service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created, date_updated, date_expires'
    local set="SET data = '$data', last_event_id = last_event_id + 1, date_updated = clock_timestamp()"
    case $2 in
        service-fetch) echo "SELECT * FROM service WHERE sid = '${1:2}'::uuid;" ;;
        document-fetch) echo "$n"; echo "SELECT $document FROM document WHERE $object;" ;;
        document-create) echo "INSERT INTO document (service_sid, sid, data, last_event_id, created_by, date_created, date_updated)" \
            "VALUES ('${1:2}', uuidv7(), '$data', 0, 'system', now(), now()) RETURNING $document;" ;;
        document-update) echo "$n"; echo "UPDATE document $set WHERE $object RETURNING $document;" ;;
        document-update-if) echo "$n"; echo "UPDATE document $set WHERE $object AND last_event_id >= 0 RETURNING $document;" ;;
        document-hot) echo '\set n 1'; echo "UPDATE document $set WHERE $object RETURNING $document;" ;;
        map-item-set) echo "$n"; echo "UPDATE sync_map_item $set WHERE $in AND key = 'k' RETURNING $item;" ;;
        list-append) echo "$n"; echo '\set k random(100, 1000000000000)'; echo "INSERT INTO sync_list_item" \
            "(service_sid, collection_sid, key, data, last_event_id, created_event_id, removed, created_by, date_created, date_updated)" \
            "VALUES ('${1:2}', $sid, :k, '$data', 0, 0, false, 'system', now(), now()) RETURNING $item;" ;;
        item-page) echo "$n"; echo "SELECT $item FROM sync_list_item WHERE $in AND NOT removed ORDER BY key LIMIT 50;" ;;
        stream-publish) echo "$n"; echo "SELECT * FROM sync_stream WHERE $object;" ;;
        *) echo "no such workload: $2" >&2; return 1 ;;
    esac
}

requests() { # service workload objects [services]: the script of wrk; with services they are numbered as documents are
    local path='' behind='' method=POST if_match=false objects=$3 services=${4:-0}
    case $2 in
        service-fetch) method=GET objects=0 ;;
        document-create) path=/Documents objects=0 ;;
        document-*) path=/Documents/ET$sids ;;
        map-item-set) path=/Maps/MP$sids behind=/Items/k ;;
        list-append | item-page) path=/Lists/ES$sids behind=/Items ;;
        stream-publish) path=/Streams/TO$sids behind=/Messages ;;
    esac
    case $2 in
        document-fetch | item-page) method=GET ;;
        document-hot) objects=1 ;;
        document-update-if) if_match=true ;;
    esac
    cat << LUA
local path, objects, services, method, body = "$path", $objects, $services, "$method", nil
if method == "POST" then
    body = [[Data=$data]]
end
local function of(n)
    local service = services == 0 and "$1" or ("IS$sids%012x"):format(1 + n % services)
    return "/v1/Services/" .. service .. path .. (objects == 0 and "" or ("%012x"):format(n) .. "$behind")
end
function init()
    wrk.headers["Authorization"] = "Basic $(printf %s "$user" | base64 -w 0)"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end
if $if_match then
    -- each document is asked for by one connection at a time, with the revision of the last answer
    local free = {}
    for n = 1, objects do
        free[n] = {n}
    end
    function request()
        local document = table.remove(free, math.random(#free))
        wrk.headers["If-Match"] = document[2]
        return wrk.format(document[2] and "POST" or "GET", of(document[1]), nil, document[2] and body)
    end
    function response(status, headers, text)
        local sid, revision = text:match('"sid":"ET(%x+)"'), text:match('"revision":"(%x+)"')
        free[#free + 1] = {tonumber(sid:sub(21), 16), revision}
    end
elseif objects <= 1000 then
    local all = {}
    function request()
        local n = math.random(math.max(1, objects))
        all[n] = all[n] or wrk.format(method, of(n), nil, body)
        return all[n]
    end
else
    function request()
        return wrk.format(method, of(math.random(objects)), nil, body)
    end
end
LUA
}

ticks() { # user and system time of the server and of PostgreSQL, its ended processes included
    local children
    children=$(ps --ppid "$postmaster" -o pid=)
    for pid in $server $postmaster $children; do
        { sed 's/.*) //' "/proc/$pid/stat" 2> /dev/null || true; } | sed "s/^/$pid /" # one may have ended
    done | awk -v server="$server" -v postmaster="$postmaster" '
        $1 == server {jvm = $13 + $14; next}
        {pg += $13 + $14 + ($1 == postmaster ? $15 + $16 : 0)}
        END {print jvm, pg}'
}

http() { # script connections seconds: requests a second, CPU of one in the JVM and in PostgreSQL in µs, p50 and p99 in ms
    local before after
    before=$(ticks)
    wrk -t 1 -c "$2" -d "${3}s" --latency -s "$1" "$base" > "$work/wrk"
    after=$(ticks)
    if grep -Eq 'Non-2xx|Socket errors.*(connect|read|write) [1-9]' "$work/wrk"; then cat "$work/wrk" "$work/out" >&2; exit 1; fi
    echo "$before $after" | awk -v hertz="$(getconf CLK_TCK)" -v wrk="$work/wrk" '
        function ms(time) {return time * (time ~ /us$/ ? 0.001 : time ~ /ms$/ ? 1 : 1000)}
        BEGIN {while ((getline line < wrk) > 0) {split(line, word, " ")
            if (line ~ /requests in/) requests = word[1]
            if (line ~ /Requests\/sec/) rate = word[2]
            if (line ~ /^ *50%/) p50 = ms(word[2])
            if (line ~ /^ *99%/) p99 = ms(word[2])}}
        {us = 1000000 / hertz / requests; print rate, ($3 - $1) * us, ($4 - $2) * us, p50, p99}'
}

median() { # of numbers, one a line
    sort -n | awk '{value[NR] = $1} END {print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2}'
}

column() { # file number: its column
    awk -v column="$2" '{print $column}' "$1"
}
