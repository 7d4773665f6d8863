package io.lockstep.rest;

import java.util.Arrays;
import java.util.List;

/** A path whose segments that begin with a colon stand for any text that is not empty. */
record PathTemplate(String text, List<String> segments) {

    static PathTemplate of(String text) {
        return new PathTemplate(text, split(text));
    }

    /** What stands between the slashes, as it is: the empty text before the first one too. */
    static List<String> split(String path) {
        return Arrays.asList(path.split("/", -1));
    }

    boolean matches(List<String> path) {
        if (path.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            String wanted = segments.get(i);
            boolean same = wanted.startsWith(":") ? !path.get(i).isEmpty() : wanted.equals(path.get(i));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /** A path that matches. */
    record Match(PathTemplate template, List<String> path) {

        /** The segment that stands where the template has {@code :parameter}. */
        String get(String parameter) {
            return path.get(template.segments.indexOf(":" + parameter));
        }
    }
}
