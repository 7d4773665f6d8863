import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the figures that are in a folder into benchmarks.md, between its two marks, and draws benchmarks.svg. What is not
 * there is left out.
 *
 *   java -cp target/lockstep.jar src/bench/Report.java target/bench docs full
 */
public class Report {

    private static final String BEGIN = "<!-- figures: written by src/bench/Report.java -->";
    private static final String END = "<!-- end of figures -->";

    private static final Map<String, String> HEADINGS = new LinkedHashMap<>();

    static {
        HEADINGS.put("rest", "Requests over HTTP beside pgbench");
        HEADINGS.put("growth", "Many documents, many Services");
        HEADINGS.put("fanout", "Messages to all who follow a stream");
        HEADINGS.put("idle", "Memory of idle sockets");
        HEADINGS.put("startup", "Start");
    }

    public static void main(String[] arguments) throws IOException {
        Path results = Path.of(arguments[0]);
        Path docs = Path.of(arguments[1]);
        StringBuilder figures = new StringBuilder(machine(arguments[2]));
        Path drawing = docs.resolve("benchmarks.svg");
        Files.deleteIfExists(drawing); // an older one would pass for that of these figures
        for (Map.Entry<String, String> heading : HEADINGS.entrySet()) {
            Path file = results.resolve(heading.getKey() + ".tsv");
            if (Files.exists(file)) {
                figures.append("\n### ").append(heading.getValue()).append("\n\n");
                List<Map<String, String>> rows = rows(file);
                if (heading.getKey().equals("rest") && !bars(rows).isEmpty()) {
                    Files.writeString(drawing, new Drawing(bars(rows)).svg());
                    figures.append("![Requests a second over HTTP : transactions a second of pgbench](benchmarks.svg)\n\n");
                }
                figures.append(table(file));
            }
        }
        figures.append(text(results.resolve("webhooks.txt"), "Webhooks"));
        figures.append(parts(results.resolve("jmh.json")));
        write(docs.resolve("benchmarks.md"), figures.toString());
    }

    private static void write(Path document, String figures) throws IOException {
        String text = Files.readString(document);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(document + " has no marks for the figures");
        }
        Files.writeString(document, text.substring(0, begin + BEGIN.length()) + "\n\n" + figures + "\n" + text.substring(end));
    }

    private static String machine(String form) throws IOException {
        List<String> rows = new ArrayList<>();
        rows.add("date | " + LocalDate.now() + (form.equals("quick") ? ", the short form: no more than a trial" : ""));
        rows.add("CPU | " + found("/proc/cpuinfo", "model name\\s*: (.*)") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores");
        rows.add("memory | " + gigabytes(found("/proc/meminfo", "MemTotal:\\s*(\\d+)")));
        rows.add("kernel | " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
        rows.add("JDK | " + System.getProperty("java.vm.name") + " " + Runtime.version());
        rows.add("PostgreSQL | " + found("pom.xml", "<postgresql-binaries.version>([^<]*)"));
        rows.add("wrk | " + output("wrk", "-v").replaceAll("(?s)^wrk (\\S+).*", "$1"));
        return "| | |\n|---|---|\n" + rows.stream().map(it -> "| " + it + " |\n").collect(Collectors.joining());
    }

    private static String found(String file, String pattern) throws IOException {
        if (!Files.exists(Path.of(file))) {
            return "unknown";
        }
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
        return matcher.find() ? matcher.group(1).trim() : "unknown";
    }

    private static String gigabytes(String kilobytes) {
        return kilobytes.equals("unknown") ? kilobytes : Math.round(Long.parseLong(kilobytes) / 1024.0 / 1024.0) + " GB";
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes()).trim();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static List<Map<String, String>> rows(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] names = lines.isEmpty() ? new String[0] : lines.get(0).split("\t", -1);
        return lines.stream()
                .skip(1)
                .map(line -> {
                    String[] values = line.split("\t", -1);
                    Map<String, String> row = new LinkedHashMap<>();
                    for (int i = 0; i < Math.min(names.length, values.length); i++) {
                        row.putIfAbsent(names[i], values[i]);
                    }
                    return row;
                })
                .collect(Collectors.toList());
    }

    private static String table(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            return "nothing\n";
        }
        String first = lines.size() > 1 ? lines.get(1) : lines.get(0);
        String line = Stream.of(first.split("\t", -1))
                .map(it -> it.matches("[-+.\\d]+") ? "---:" : "---")
                .collect(Collectors.joining("|", "|", "|\n"));
        return cells(lines.get(0)) + line + lines.stream().skip(1).map(Report::cells).collect(Collectors.joining());
    }

    private static String cells(String line) {
        return "| " + line.replace("|", "\\|").replace("\t", " | ") + " |\n";
    }

    private static String text(Path file, String heading) throws IOException {
        return Files.exists(file)
                ? "\n### " + heading + "\n\n```\n" + Files.readString(file).strip() + "\n```\n"
                : "";
    }

    /** Those of JMH. */
    private static String parts(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        StringBuilder table = new StringBuilder("\n### Parts, by JMH\n\n| benchmark | us | error | bytes allocated |\n")
                .append("|---|---:|---:|---:|\n");
        for (Object one : new JsonArray(Files.readString(file))) {
            JsonObject result = (JsonObject) one;
            String name = result.getString("benchmark");
            JsonObject score = result.getJsonObject("primaryMetric");
            JsonObject secondary = result.getJsonObject("secondaryMetrics", new JsonObject());
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s |\n",
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    number("%.3f", score.getValue("score")),
                    number("%.3f", score.getValue("scoreError")),
                    allocated(secondary)));
        }
        return table.toString();
    }

    private static String allocated(JsonObject metrics) {
        for (String name : metrics.fieldNames()) {
            if (name.endsWith("gc.alloc.rate.norm")) {
                return number("%.0f", metrics.getJsonObject(name).getValue("score"));
            }
        }
        return "";
    }

    /** Empty for what JMH writes as "NaN". */
    private static String number(String format, Object value) {
        return value instanceof Number number ? String.format(Locale.ROOT, format, number.doubleValue()) : "";
    }

    /** By workload and connections, without webhooks. */
    private static Map<String, Map<String, Double>> bars(List<Map<String, String>> rest) {
        Map<String, Map<String, Double>> bars = new LinkedHashMap<>();
        for (Map<String, String> row : rest) {
            String connections = row.get("connections");
            if ("off".equals(row.get("webhooks")) && ("64".equals(connections) || "256".equals(connections))) {
                bars.computeIfAbsent(row.get("workload"), it -> new LinkedHashMap<>())
                        .put(connections, Double.parseDouble(row.get("ratio")));
            }
        }
        return bars;
    }

    /** Two bars a workload, and a line where HTTP does as many a second as pgbench. */
    private record Drawing(Map<String, Map<String, Double>> bars) {

        private static final int WIDTH = 800;
        private static final int LEFT = 180;
        private static final int RIGHT = 60;
        private static final int TOP = 70;
        private static final int ROW = 40;
        private static final int BAR = 14;
        private static final String STYLE = """
                text { font: 13px system-ui, sans-serif; fill: #1f2328 }
                .title { font-size: 16px; font-weight: 600 }
                .small { font-size: 11px; fill: #59636e }
                .c64 { fill: #54a0d8 }
                .c256 { fill: #1b5e94 }
                .grid { stroke: #d1d9e0 }
                .one { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 5 3 }
                @media (prefers-color-scheme: dark) {
                  text { fill: #e6edf3 }
                  .small { fill: #9198a1 }
                  .c64 { fill: #1f6feb }
                  .c256 { fill: #a5d6ff }
                  .grid { stroke: #3d444d }
                  .one { stroke: #f0883e }
                }
                """;

        String svg() {
            double most = bars.values().stream().flatMap(it -> it.values().stream()).max(Double::compare).orElse(1.0);
            double top = Math.max(1.5, Math.ceil(most * 2) / 2);
            int height = TOP + bars.size() * ROW + 30;
            StringBuilder svg = new StringBuilder(String.format(
                    Locale.ROOT,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                            + " aria-labelledby=\"title desc\">\n",
                    WIDTH, height, WIDTH, height));
            svg.append("<title id=\"title\">Requests a second over HTTP : transactions a second of pgbench</title>\n");
            svg.append("<desc id=\"desc\">").append(description()).append("</desc>\n<style>\n").append(STYLE).append("</style>\n");
            svg.append("<text class=\"title\" x=\"16\" y=\"24\">Requests a second over HTTP : transactions a second of pgbench</text>\n");
            legend(svg);
            scale(svg, top, height);
            int y = TOP;
            for (Map.Entry<String, Map<String, Double>> workload : bars.entrySet()) {
                text(svg, "", LEFT - 10, y + BAR + 6, "end", workload.getKey());
                bar(svg, y + 3, workload.getValue().get("64"), "c64", top);
                bar(svg, y + 4 + BAR, workload.getValue().get("256"), "c256", top);
                y += ROW;
            }
            double one = x(1, top);
            svg.append(String.format(
                    Locale.ROOT, "<line class=\"one\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", one, one, TOP - 6, y));
            return svg.append("</svg>\n").toString();
        }

        private String description() {
            return "Bars of the ratio for each workload, webhooks off. "
                    + bars.entrySet().stream()
                            .map(it -> it.getKey() + ": "
                                    + it.getValue().entrySet().stream()
                                            .map(bar -> bar.getValue() + " at " + bar.getKey() + " connections")
                                            .collect(Collectors.joining(", ")))
                            .collect(Collectors.joining("; "))
                    + ".";
        }

        private static void legend(StringBuilder svg) {
            svg.append("<rect class=\"c64\" x=\"16\" y=\"37\" width=\"12\" height=\"12\"/>\n");
            text(svg, "small", 34, 47, "start", "64 connections");
            svg.append("<rect class=\"c256\" x=\"136\" y=\"37\" width=\"12\" height=\"12\"/>\n");
            text(svg, "small", 154, 47, "start", "256 connections");
            svg.append("<line class=\"one\" x1=\"260\" x2=\"284\" y1=\"43\" y2=\"43\"/>\n");
            text(svg, "small", 290, 47, "start", "as many as pgbench");
        }

        private static void scale(StringBuilder svg, double top, int height) {
            double step = top > 5 ? 1 : 0.5;
            for (double ratio = 0; ratio <= top; ratio += step) {
                double x = x(ratio, top);
                svg.append(String.format(
                        Locale.ROOT, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", x, x, TOP - 6, height - 30));
                text(svg, "small", x, height - 14, "middle", String.format(Locale.ROOT, "%.1f", ratio));
            }
        }

        private static void bar(StringBuilder svg, int y, Double ratio, String kind, double top) {
            if (ratio == null) {
                return;
            }
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                    kind, LEFT, y, x(ratio, top) - LEFT, BAR));
            text(svg, "small", x(ratio, top) + 5, y + 11, "start", String.format(Locale.ROOT, "%.2f", ratio));
        }

        private static double x(double ratio, double top) {
            return LEFT + ratio / top * (WIDTH - LEFT - RIGHT);
        }

        private static void text(StringBuilder svg, String kind, double x, double y, String anchor, String text) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", kind, x, y, anchor, text));
        }
    }
}
