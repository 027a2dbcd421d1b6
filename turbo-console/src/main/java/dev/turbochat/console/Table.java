package dev.turbochat.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of rows that begin with a bar.
 *
 * <p>Columns cannot be aligned before the last row is known, so a table is the one thing that is shown as a whole. It is
 * shown as it came if it is wider than the terminal or has no line of dashes below its first row. Not thread-safe.
 */
final class Table {
    /** Long enough for what people read; a longer table is shown in parts, for memory's sake. */
    private static final int LONGEST = 20_000;

    private final List<String> rows = new ArrayList<>();
    private final StringBuilder row = new StringBuilder();
    private int length;

    void put(int codePoint) {
        row.appendCodePoint(codePoint);
    }

    void endRow() {
        rows.add(row.toString());
        length += row.length();
        row.setLength(0);
    }

    boolean full() {
        return length > LONGEST;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Shows the rows so far, if there are any, and forgets them. */
    void show(LineWriter lines) {
        if (!row.isEmpty()) {
            endRow();
        }
        List<List<String>> cells = rows.stream().map(Table::split).toList();
        boolean headed = rows.size() > 1 && cells.get(1).stream().allMatch(cell -> cell.matches(":?-+:?"));
        if (!headed || !showColumns(cells, lines)) {
            for (String line : rows) {
                lines.verbatim(line, Style.PLAIN);
                lines.newline();
            }
        }
        rows.clear();
        length = 0;
    }

    /** Whether the columns fit, and were shown. */
    private static boolean showColumns(List<List<String>> cells, LineWriter lines) {
        int columns = cells.stream().mapToInt(List::size).max().orElse(0);
        List<List<List<Glyph>>> table = new ArrayList<>();
        int[] widths = new int[columns];
        for (int r = 0; r < cells.size(); r++) {
            List<List<Glyph>> line = new ArrayList<>();
            for (int c = 0; c < columns && r != 1; c++) {
                String cell = c < cells.get(r).size() ? cells.get(r).get(c) : "";
                line.add(glyphs(cell, r == 0 ? Style.BOLD : Style.PLAIN));
                widths[c] = Math.max(widths[c], width(line.getLast()));
            }
            table.add(line);
        }
        if (!lines.fits(IntStream.of(widths).sum() + 3 * (columns - 1))) {
            return false;
        }
        for (int r = 0; r < table.size(); r++) {
            for (int c = 0; c < columns; c++) {
                if (c > 0) {
                    lines.verbatim(r == 1 ? "─┼─" : " │ ", Style.DIM);
                }
                if (r == 1) {
                    lines.verbatim("─".repeat(widths[c]), Style.DIM);
                    continue;
                }
                List<Glyph> cell = table.get(r).get(c);
                String padding = " ".repeat(widths[c] - width(cell));
                boolean right = c < cells.get(1).size() && cells.get(1).get(c).matches("-+:");
                lines.verbatim(right ? padding : "", Style.PLAIN);
                cell.forEach(glyph -> lines.verbatim(glyph.codePoint(), glyph.style()));
                lines.verbatim(right || c == columns - 1 ? "" : padding, Style.PLAIN);
            }
            lines.newline();
        }
        return true;
    }

    /** The cells between the bars; an escaped bar is part of its cell. */
    private static List<String> split(String row) {
        String cells = row.strip().substring(1).replaceFirst("(?<!\\\\)\\|$", "");
        return List.of(cells.split("(?<!\\\\)\\|", -1)).stream()
                .map(cell -> cell.replace("\\|", "|").replace('\t', ' ').strip())
                .toList();
    }

    private static List<Glyph> glyphs(String markdown, int style) {
        List<Glyph> glyphs = new ArrayList<>();
        Inline inline = new Inline(new Glyph.Sink() {
            @Override
            public void put(int codePoint, int style) {
                glyphs.add(new Glyph(codePoint, style));
            }

            @Override
            public void newline() {} // a row is one line
        });
        inline.begin(style);
        markdown.codePoints().forEach(inline::put);
        inline.finish();
        return glyphs;
    }

    private static int width(List<Glyph> glyphs) {
        return glyphs.stream().mapToInt(glyph -> Columns.of(glyph.codePoint())).sum();
    }
}
