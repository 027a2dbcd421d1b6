package dev.turbochat.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a figure is wanted to be. It stands as a comment below its table, where the page's first table collects it.
 *
 * @param row whose figure
 * @param reference to whose figure it is put in relation; empty if it is wanted as it is
 * @param most whether the bound is the most that it may be, or the least
 */
record Aim(String row, String figure, String reference, boolean most, double bound) {
    private static final Pattern COMMENT = Pattern.compile("<!-- aim (\\|.*\\|) -->\n");

    /** The line for it; empty if not all was measured. Whether it is met, the median says. */
    String line(String title, Map<String, List<Map<String, Double>>> figures) {
        double[] values = values(figures.getOrDefault(row, List.of()));
        double[] references = values(figures.getOrDefault(reference, List.of()));
        if (values.length == 0 || (!reference.isEmpty() && references.length != values.length)) {
            return "";
        }
        for (int i = 0; i < references.length; i++) {
            values[i] /= references[i];
        }
        double median = Table.median(values);
        boolean met = most ? median <= bound : median >= bound;
        return "<!-- aim | %s: %s | %s%s | at %s %s | %s | %s | -->%n"
                .formatted(
                        title,
                        row,
                        figure,
                        reference.isEmpty() ? "" : ", to " + reference,
                        most ? "most" : "least",
                        Table.shown(bound),
                        Table.spread(values),
                        met ? "met" : "**missed**");
    }

    private double[] values(List<Map<String, Double>> rounds) {
        return rounds.stream()
                .filter(round -> round.containsKey(figure))
                .mapToDouble(round -> round.getOrDefault(figure, Double.NaN))
                .toArray();
    }

    /** All aims in these tables, as a table of their own. */
    static String collected(String tables) {
        List<String> lines = new ArrayList<>();
        lines.add("| what | figure | aim | median (smallest to largest) | |");
        lines.add("|---|---|---|---|---|");
        lines.addAll(COMMENT.matcher(tables)
                .results()
                .map(MatchResult::group)
                .map(Aim::row)
                .toList());
        return String.join("\n", lines);
    }

    private static String row(String comment) {
        return COMMENT.matcher(comment).replaceFirst("$1");
    }

    /** These tables without their aims. */
    static String without(String tables) {
        return COMMENT.matcher(tables).replaceAll("");
    }
}
