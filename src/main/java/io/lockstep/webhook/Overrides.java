package io.lockstep.webhook;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the fragment of a webhook URL says about connecting (webhooks.md section 6). A value that is out of its range, or
 * none at all, counts as not given, as does a key that means nothing here.
 *
 * @param connectTimeout for a connection
 * @param readTimeout for the answer, and for each further piece of it
 * @param totalTimeout for everything
 * @param retries which failures are tried again how often; null when the server's own schedule counts
 */
record Overrides(
        Duration connectTimeout,
        Duration readTimeout,
        Duration totalTimeout,
        @Nullable Retries retries) {

    private static final Retries DEFAULT = new Retries(1, EnumSet.of(Policy.CONNECT_TIMEOUT));

    /** Those of a URL; null when it has no fragment. */
    static Overrides parse(@Nullable String fragment) {
        Map<String, String> values = new HashMap<>();
        for (String pair : String.valueOf(fragment).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return new Overrides(
                Duration.ofMillis(number(values.get("ct"), 100, 10_000, 5000)),
                Duration.ofMillis(number(values.get("rt"), 100, 15_000, 15_000)),
                Duration.ofMillis(number(values.get("tt"), 100, 15_000, 15_000)),
                retries(values.get("rc"), values.get("rp")));
    }

    private static @Nullable Retries retries(@Nullable String count, @Nullable String policies) {
        int number = number(count, 0, 5, -1);
        Set<Policy> words = policies(policies);
        if (number < 0 && words.isEmpty()) {
            return null;
        }
        return new Retries(number < 0 ? DEFAULT.count() : number, words.isEmpty() ? DEFAULT.policies() : words);
    }

    private static Set<Policy> policies(@Nullable String text) {
        List<String> words = Arrays.asList(String.valueOf(text).split(",", -1));
        Set<Policy> policies = EnumSet.noneOf(Policy.class);
        for (Policy policy : Policy.values()) {
            if (words.contains(policy.word) || words.contains("all")) {
                policies.add(policy);
            }
        }
        return policies;
    }

    private static int number(@Nullable String text, int min, int max, int otherwise) {
        if (text == null || !text.matches("\\d{1,5}")) {
            return otherwise;
        }
        int number = Integer.parseInt(text);
        return number >= min && number <= max ? number : otherwise;
    }

    /**
     * Exactly so many further attempts.
     *
     * @param policies after which failures
     */
    record Retries(int count, Set<Policy> policies) {}

    /** Kinds of failure. */
    enum Policy {
        CLIENT_ERROR("4xx"),
        SERVER_ERROR("5xx"),
        CONNECT_TIMEOUT("ct"),
        READ_TIMEOUT("rt");

        private final String word;

        Policy(String word) {
            this.word = word;
        }
    }
}
