package io.lockstep.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.Futures;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting that has an end. */
class TimeoutsTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Futures.await(vertx.close());
    }

    @Test
    void afterATimeOutTheSameEventLoopGoesOnAlsoWhereTheFutureBelongsToNone() {
        Promise<Boolean> same = Promise.promise();
        vertx.runOnContext(ignored -> {
            Context ours = Vertx.currentContext();
            Future<Void> never = Future.join(Promise.<Void>promise().future(), Future.succeededFuture())
                    .mapEmpty();
            Timeouts.within(vertx, Duration.ofMillis(1), never)
                    .onSuccess(none -> same.fail("it has never ended"))
                    .onFailure(cause ->
                            same.complete(cause instanceof TimeoutException && Vertx.currentContext() == ours));
        });

        assertThat(Futures.await(same.future())).isTrue();
    }

    @Test
    void whatComesInTimeIsPassedOn() {
        IllegalStateException fault = new IllegalStateException("fault");

        assertThat(Futures.await(Timeouts.within(vertx, LONG, Future.succeededFuture(1))))
                .isEqualTo(1);
        assertThat(Timeouts.within(vertx, LONG, Future.failedFuture(fault)).cause())
                .isSameAs(fault);
    }

    @Test
    void whatComesLaterIsNobodys() {
        Promise<Integer> late = Promise.promise();
        Future<Integer> waited = Timeouts.within(vertx, Duration.ofMillis(1), late.future());

        assertThat(Futures.await(waited.otherwise(0))).isZero();
        late.complete(1);

        assertThat(waited.cause()).isInstanceOf(TimeoutException.class);
    }
}
