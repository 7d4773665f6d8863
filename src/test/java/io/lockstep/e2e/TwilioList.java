package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.base.Page;
import com.twilio.base.Reader;
import com.twilio.base.Resource;
import com.twilio.http.TwilioRestClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** A list of resources as Twilio's Java library reads it, in each of the ways that it has. */
final class TwilioList {

    private static final List<Integer> SIZES = List.of(0, 1, 50, 51, 151);

    private TwilioList() {}

    /**
     * Each once and in order, however many there are and whichever way it is read.
     *
     * @param create makes one and returns its name, from an empty list on
     */
    static <T extends Resource> void assertHoldsWhatIsCreated(
            IntFunction<String> create, Api account, Supplier<Reader<T>> reader, Function<T, String> name) {
        List<String> created = new ArrayList<>();
        for (int size : SIZES) {
            while (created.size() < size) {
                created.add(create.apply(created.size()));
            }
            assertHolds(created, account, reader, name);
        }
    }

    private static <T extends Resource> void assertHolds(
            List<String> expected, Api account, Supplier<Reader<T>> reader, Function<T, String> name) {
        TwilioRestClient rewriting = Twilio.rewriting(account);
        TwilioRestClient routing = Twilio.routing(account);
        String size = "of " + expected.size();

        assertThat(names(reader.get().read(rewriting), name)).as(size).isEqualTo(expected);
        assertThat(names(reader.get().read(routing), name))
                .as(size + ", routed")
                .isEqualTo(expected);
        assertThat(names(reader.get().pageSize(7).read(rewriting), name))
                .as(size + ", seven at a time")
                .isEqualTo(expected);
        assertThat(names(reader.get().limit(3).read(rewriting), name))
                .as(size + ", three of them")
                .isEqualTo(first(3, expected));
        assertThat(names(reader.get().pageSize(20).limit(55).read(rewriting), name))
                .as(size + ", 55 of them, twenty at a time")
                .isEqualTo(first(55, expected));
    }

    /** The same in both orders. */
    static <T extends Resource> void assertHoldsBothWaysWhatIsCreated(
            IntFunction<String> create,
            Api account,
            Supplier<Reader<T>> upwards,
            Supplier<Reader<T>> downwards,
            Function<T, String> name) {
        List<String> created = new ArrayList<>();
        for (int size : SIZES) {
            while (created.size() < size) {
                created.add(create.apply(created.size()));
            }
            assertHolds(created, account, upwards, name);
            assertHolds(reversed(created), account, downwards, name);
        }
    }

    /**
     * Whoever reads, in pages of any size, while others add and remove sees each that stays, once and in order.
     *
     * @param change one of the others' changes, whose number it gets
     */
    static <T extends Resource> void assertSeesOnceWhatStays(
            List<String> staying, Api account, Supplier<Reader<T>> reader, Function<T, String> name, IntConsumer change)
            throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> changes = other.submit(() -> {
                for (int number = 0; !ended.get(); number++) {
                    change.accept(number);
                    begun.countDown();
                }
            });
            begun.await();
            for (int size : List.of(20, 50, 1000)) {
                List<String> seen = names(reader.get().pageSize(size).read(Twilio.rewriting(account)), name);
                assertThat(seen).as("pages of %s", size).doesNotHaveDuplicates();
                assertThat(seen.stream().filter(Set.copyOf(staying)::contains).toList())
                        .as("pages of %s", size)
                        .isEqualTo(staying);
            }
            ended.set(true);
            changes.get(10, TimeUnit.SECONDS);
        } finally {
            ended.set(true);
            other.shutdown();
        }
    }

    /** Five of them, on pages of two. */
    static <T extends Resource> void assertLeadsThereAndBack(
            List<String> expected, Api account, Supplier<Reader<T>> reader, Function<T, String> name) {
        for (TwilioRestClient client : List.of(Twilio.rewriting(account), Twilio.routing(account))) {
            Page<T> first = reader.get().pageSize(2).firstPage(client);
            Page<T> second = reader.get().nextPage(first, client);
            Page<T> last = reader.get().nextPage(second, client);
            Page<T> secondAgain = reader.get().previousPage(last, client);
            Page<T> firstAgain = reader.get().previousPage(secondAgain, client);

            assertThat(names(first.getRecords(), name)).isEqualTo(expected.subList(0, 2));
            assertThat(names(second.getRecords(), name)).isEqualTo(expected.subList(2, 4));
            assertThat(names(last.getRecords(), name)).isEqualTo(expected.subList(4, 5));
            assertThat(names(secondAgain.getRecords(), name)).isEqualTo(expected.subList(2, 4));
            assertThat(names(firstAgain.getRecords(), name)).isEqualTo(expected.subList(0, 2));
            assertThat(first.getPageSize()).isEqualTo(2);
            assertThat(last.hasNextPage()).isFalse();
        }
    }

    static List<String> reversed(List<String> names) {
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<String> first(int size, List<String> all) {
        return all.subList(0, Math.min(size, all.size()));
    }

    private static <T> List<String> names(Iterable<T> resources, Function<T, String> name) {
        return StreamSupport.stream(resources.spliterator(), false).map(name).toList();
    }
}
