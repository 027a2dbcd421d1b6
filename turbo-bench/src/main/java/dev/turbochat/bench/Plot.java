package dev.turbochat.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines over logarithmic axes, as an SVG. */
final class Plot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int MARGIN = 60;
    private static final List<String> COLORS = List.of("#1f6feb", "#d1242f", "#2da44e");

    private final double fromX;
    private final double toX;
    private final double fromY;
    private final double toY;
    private final StringBuilder svg = new StringBuilder();

    private Plot(Map<String, Map<Integer, Double>> lines) {
        double[] xs = lines.values().stream()
                .flatMap(line -> line.keySet().stream())
                .mapToDouble(x -> x)
                .sorted()
                .toArray();
        double[] ys = lines.values().stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(y -> y)
                .sorted()
                .toArray();
        fromX = Math.floor(Math.log10(xs[0]));
        toX = Math.ceil(Math.log10(xs[xs.length - 1]));
        fromY = Math.floor(Math.log10(ys[0]));
        toY = Math.ceil(Math.log10(ys[ys.length - 1]));
    }

    /**
     * @param lines the points of each line, by what the line is called
     */
    static String svg(String x, String y, Map<String, Map<Integer, Double>> lines) {
        Plot plot = new Plot(lines);
        plot.axes(x, y);
        int drawn = 0;
        for (Map.Entry<String, Map<Integer, Double>> line : lines.entrySet()) {
            plot.line(line.getKey(), line.getValue(), COLORS.get(drawn % COLORS.size()), drawn++);
        }
        return plot.svg.append("</svg>\n").toString();
    }

    private void axes(String x, String y) {
        add(String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>",
                WIDTH,
                HEIGHT));
        add(String.format(Locale.ROOT, "<rect width='%d' height='%d' fill='white'/>", WIDTH, HEIGHT));
        for (double at = fromX; at <= toX; at++) {
            add(String.format(
                    Locale.ROOT,
                    "<line x1='%1$.1f' x2='%1$.1f' y1='%2$d' y2='%3$d' stroke='#ddd'/>",
                    x(at),
                    MARGIN / 2,
                    HEIGHT - MARGIN));
            add(String.format(
                    Locale.ROOT,
                    "<text x='%.1f' y='%d' text-anchor='middle'>%,.0f</text>",
                    x(at),
                    HEIGHT - MARGIN + 18,
                    Math.pow(10, at)));
        }
        for (double at = fromY; at <= toY; at++) {
            add(String.format(
                    Locale.ROOT,
                    "<line y1='%1$.1f' y2='%1$.1f' x1='%2$d' x2='%3$d' stroke='#ddd'/>",
                    y(at),
                    MARGIN,
                    WIDTH - MARGIN / 2));
            add(String.format(
                    Locale.ROOT,
                    "<text x='%d' y='%.1f' text-anchor='end'>%,.0f</text>",
                    MARGIN - 6,
                    y(at) + 4,
                    Math.pow(10, at)));
        }
        add(String.format(
                Locale.ROOT, "<text x='%d' y='%d' text-anchor='middle'>%s</text>", WIDTH / 2, HEIGHT - 14, x));
        add(String.format(Locale.ROOT, "<text x='%d' y='16'>%s</text>", 8, y));
    }

    private void line(String name, Map<Integer, Double> points, String color, int number) {
        StringBuilder path = new StringBuilder();
        points.forEach(
                (x, y) -> path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(Math.log10(x)), y(Math.log10(y)))));
        add(String.format(
                Locale.ROOT,
                "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>",
                path.toString().strip(),
                color));
        add(String.format(
                Locale.ROOT,
                "<text x='%d' y='%d' fill='%s'>%s</text>",
                MARGIN + 12,
                MARGIN / 2 + 18 + 16 * number,
                color,
                name));
    }

    private double x(double log) {
        return MARGIN + (log - fromX) / (toX - fromX) * (WIDTH - 1.5 * MARGIN);
    }

    private double y(double log) {
        return HEIGHT - MARGIN - (log - fromY) / (toY - fromY) * (HEIGHT - 1.5 * MARGIN);
    }

    private void add(String element) {
        svg.append(element).append('\n');
    }
}
