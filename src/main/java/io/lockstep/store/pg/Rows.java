package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reading result rows, and writing parameters. */
final class Rows {

    /** Before every SID there is. */
    static final UUID FIRST = new UUID(0, 0);

    /** The order that PostgreSQL gives them: as sixteen bytes without a sign. */
    static final Comparator<UUID> UUID_ORDER = (one, other) -> {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    };

    private Rows() {}

    /** The only row, or null when there is none. */
    static <T> @Nullable T oneOrNull(RowSet<Row> rows, Function<Row, T> mapper) {
        return rows.size() == 0 ? null : mapper.apply(rows.iterator().next());
    }

    static <T> List<T> all(RowSet<Row> rows, Function<Row, T> mapper) {
        List<T> all = new ArrayList<>(rows.size());
        rows.forEach(row -> all.add(mapper.apply(row)));
        return all;
    }

    /** Rows that tell in their column {@code number} where they belong, from 1 on; null where none does. */
    static <T> List<@Nullable T> numbered(RowSet<Row> rows, int size, Function<Row, T> mapper) {
        List<@Nullable T> numbered = new ArrayList<>(Collections.nCopies(size, null));
        rows.forEach(row -> numbered.set(row.getInteger("number") - 1, mapper.apply(row)));
        return numbered;
    }

    static UUID after(@Nullable Sid sid) {
        return sid == null ? FIRST : sid.id();
    }

    static Sid sid(Row row, Sid.Kind kind, String column) {
        return new Sid(kind, requireNonNull(row.getUUID(column), column));
    }

    static @Nullable Instant instantOrNull(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }

    /** As an array parameter; what is null stays null. */
    static <T> @Nullable OffsetDateTime[] times(Collection<T> rows, Function<T, @Nullable Instant> date) {
        @Nullable OffsetDateTime[] times = new OffsetDateTime[rows.size()];
        int i = 0;
        for (T row : rows) {
            Instant instant = date.apply(row);
            times[i++] = instant == null ? null : instant.atOffset(ZoneOffset.UTC);
        }
        return times;
    }

    /** As an array parameter. */
    static <T> UUID[] uuids(Collection<T> rows, Function<T, UUID> value) {
        return rows.stream().map(value).toArray(UUID[]::new);
    }

    /** As an array parameter; what is null stays null. */
    static <T> @Nullable String[] strings(Collection<T> rows, Function<T, @Nullable String> value) {
        @Nullable String[] strings = new String[rows.size()];
        int i = 0;
        for (T row : rows) {
            strings[i++] = value.apply(row);
        }
        return strings;
    }

    /** As an array parameter. */
    static <T> Long[] longs(Collection<T> rows, Function<T, Long> value) {
        return rows.stream().map(value).toArray(Long[]::new);
    }

    /** As an array parameter. */
    static <T> Boolean[] booleans(Collection<T> rows, Function<T, Boolean> value) {
        return rows.stream().map(value).toArray(Boolean[]::new);
    }

    /** As {@code make_interval} takes them. */
    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    static Instant instant(Row row, String column) {
        OffsetDateTime value = requireNonNull(row.getOffsetDateTime(column), column);
        return value.toInstant();
    }

    static EncryptedSecret secret(Row row, String column, String keyColumn) {
        Buffer bytes = requireNonNull(row.getBuffer(column), column);
        return new EncryptedSecret(requireNonNull(row.getString(keyColumn), keyColumn), bytes.getBytes());
    }
}
