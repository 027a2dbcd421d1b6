package dev.turbochat.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of some rounds, as a table in Markdown: for each figure the median and in brackets the smallest and the largest;
 * ratios are taken within a round, where both have met the same noise.
 */
final class Table {
    private final String title;
    private final String limit;
    private final List<Column> columns = new ArrayList<>();
    private final List<Aim> aims = new ArrayList<>();
    private final StringBuilder notes = new StringBuilder();

    /** One figure, and whether its ratio to the limit's stands beside it. */
    private record Column(String figure, String unit, boolean withRatio) {}

    /**
     * @param limit the contestant that the others are compared with
     */
    Table(String title, String limit) {
        this.title = title;
        this.limit = limit;
    }

    /** A column of figures. */
    Table column(String figure, String unit) {
        columns.add(new Column(figure, unit, false));
        return this;
    }

    /** A column of figures with their ratio to the limit's. */
    Table ratio(String figure, String unit) {
        columns.add(new Column(figure, unit, true));
        return this;
    }

    /** A figure's ratio to that of another is wanted to be this at most. */
    Table atMost(String row, String figure, String reference, double bound) {
        aims.add(new Aim(row, figure, reference, true, bound));
        return this;
    }

    /** A figure's ratio to that of another is wanted to be this at least. */
    Table atLeast(String row, String figure, String reference, double bound) {
        aims.add(new Aim(row, figure, reference, false, bound));
        return this;
    }

    /** A sentence below the table. */
    Table note(String sentence) {
        notes.append(sentence).append('\n');
        return this;
    }

    /** Prints the table, and returns it as text. */
    String print(Map<String, List<Map<String, Double>>> figures) {
        StringBuilder text = new StringBuilder("**" + title + "**\n\n|");
        StringBuilder line = new StringBuilder("|");
        cell(text, line, "");
        for (Column column : columns) {
            cell(text, line, column.figure() + (column.unit().isEmpty() ? "" : ", " + column.unit()));
            if (column.withRatio()) {
                cell(text, line, "to " + limit);
            }
        }
        text.append('\n').append(line).append('\n');
        figures.forEach((name, rounds) -> {
            text.append("| ").append(name).append(" |");
            for (Column column : columns) {
                text.append(' ').append(spread(values(rounds, column))).append(" |");
                if (column.withRatio()) {
                    text.append(' ').append(ratios(figures, name, column)).append(" |");
                }
            }
            text.append('\n');
        });
        if (!notes.isEmpty()) {
            text.append('\n').append(notes);
        }
        System.out.println(text);
        text.append('\n');
        aims.forEach(aim -> text.append(aim.line(title, figures)));
        return text.toString();
    }

    private static void cell(StringBuilder text, StringBuilder line, String content) {
        text.append(' ').append(content).append(" |");
        line.append("---|");
    }

    private String ratios(Map<String, List<Map<String, Double>>> figures, String name, Column column) {
        double[] mine = values(figures.getOrDefault(name, List.of()), column);
        double[] limits = values(figures.getOrDefault(limit, List.of()), column);
        if (name.equals(limit) || mine.length == 0 || limits.length != mine.length) {
            return name.equals(limit) ? "1" : "-";
        }
        double[] ratios = new double[mine.length];
        for (int i = 0; i < mine.length; i++) {
            ratios[i] = mine[i] / limits[i];
        }
        return spread(ratios);
    }

    private static double[] values(List<Map<String, Double>> rounds, Column column) {
        return rounds.stream()
                .filter(round -> round.containsKey(column.figure()))
                .mapToDouble(round -> round.getOrDefault(column.figure(), Double.NaN))
                .toArray();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static String spread(double[] values) {
        if (values.length == 0) {
            return "-";
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        String median = shown(median(values));
        return sorted.length == 1
                ? median
                : median + " (" + shown(sorted[0]) + " to " + shown(sorted[sorted.length - 1]) + ")";
    }

    /** Three digits that count. */
    static String shown(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
