package io.lockstep.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The environment's variables, typed. A bad value ends in a {@link ConfigException} that names its variable. An empty
 * value counts as none, as a container's {@code environment:} section likes to pass one.
 */
public final class Environment {

    private static final String PREFIX = "LOCKSTEP_";
    private static final String FILE_SUFFIX = "_FILE";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private final Map<String, String> variables;
    private final Map<String, String> defaults = new LinkedHashMap<>();

    public Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Every variable that was asked for so far, in that order, with its default as text ("" for none). */
    public Map<String, String> known() {
        return Collections.unmodifiableMap(defaults);
    }

    /** Variables with our prefix that nothing asked for: most likely misspelt. */
    public List<String> unknown() {
        return variables.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !defaults.containsKey(name))
                .sorted()
                .toList();
    }

    /** The variable's text; null when it is not set. */
    public @Nullable String text(String name) {
        return lookUp(name, "");
    }

    /** The variable's text, or the default. */
    public String text(String name, String defaultValue) {
        String value = lookUp(name, defaultValue);
        return value == null ? defaultValue : value;
    }

    /** One of the given words, in lower case. */
    public String choice(String name, List<String> words) {
        String value = text(name, words.get(0)).toLowerCase(Locale.ROOT);
        if (!words.contains(value)) {
            throw new ConfigException(name, "must be one of " + String.join(", ", words) + ", is '" + value + "'");
        }
        return value;
    }

    /** {@code on} or {@code off}. */
    public boolean on(String name) {
        return choice(name, List.of("on", "off")).equals("on");
    }

    /** A whole number within bounds, both included. */
    public int integer(String name, int defaultValue, int min, int max) {
        String value = text(name, Integer.toString(defaultValue));
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // the same complaint as for a number out of bounds
        }
        throw new ConfigException(name, "must be a whole number from " + min + " to " + max + ", is '" + value + "'");
    }

    /** A time such as {@code 500ms}, {@code 10s}, {@code 5m} or {@code 1h}, of at least a millisecond and at most a day. */
    public Duration duration(String name, String defaultValue) {
        return duration(name, defaultValue, Duration.ofDays(1));
    }

    /** The same, with another longest one. */
    public Duration duration(String name, String defaultValue, Duration max) {
        String value = text(name, defaultValue);
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            Duration duration = toDuration(Long.parseLong(matcher.group(1)), matcher.group(2));
            if (!duration.isZero() && duration.compareTo(max) <= 0) {
                return duration;
            }
        }
        throw new ConfigException(
                name,
                "must be a time from 1ms to " + max.toHours() + "h, such as 500ms, 10s or 5m, is '" + value + "'");
    }

    private static Duration toDuration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** A secret, from the variable itself or from the file that {@code <name>_FILE} names; null when neither is set. */
    public @Nullable String secret(String name) {
        String value = lookUp(name, "");
        String file = lookUp(name + FILE_SUFFIX, "");
        if (value != null && file != null) {
            throw new ConfigException(name, "set either it or " + name + FILE_SUFFIX + ", not both");
        }
        return file == null ? value : read(name + FILE_SUFFIX, Path.of(file));
    }

    private static String read(String name, Path file) {
        try {
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new ConfigException(name, "the file " + file + " is empty");
            }
            return text;
        } catch (IOException e) {
            throw new ConfigException(
                    name, "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    private @Nullable String lookUp(String name, String defaultValue) {
        defaults.put(name, defaultValue);
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
