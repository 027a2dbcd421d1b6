package dev.turbochat.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shows in what a text differs from the nearest of others, line by line. */
final class Nearest {
    /** Longer texts are compared by their first lines: enough to see what is wrong. */
    private static final int MOST = 500;

    private static final int AROUND = 2;

    private Nearest() {}

    /** The lines that differ, with a few around them: {@code -} as known, {@code +} as given. */
    static String difference(List<List<String>> known, List<String> given) {
        if (known.isEmpty()) {
            return "It holds nothing at all. Asked was:\n" + String.join("\n", given);
        }
        List<String> start = head(given);
        List<String> nearest = known.stream()
                .map(Nearest::head)
                .max(Comparator.comparingDouble(lines -> likeness(common(lines, start))))
                .orElseThrow();
        return "The nearest that it holds differs so (- recorded, + asked):\n"
                + show(nearest, start, common(nearest, start));
    }

    private static List<String> head(List<String> lines) {
        return lines.subList(0, Math.min(lines.size(), MOST));
    }

    /** How many lines from one place and the other on can be found in both, in order. */
    private static int[][] common(List<String> one, List<String> other) {
        int[][] common = new int[one.size() + 1][other.size() + 1];
        for (int i = one.size() - 1; i >= 0; i--) {
            for (int j = other.size() - 1; j >= 0; j--) {
                common[i][j] = one.get(i).equals(other.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    /** From 0 to 1. */
    private static double likeness(int[][] common) {
        int lines = common.length - 1 + common[0].length - 1;
        return lines == 0 ? 1 : 2.0 * common[0][0] / lines;
    }

    private static String show(List<String> known, List<String> given, int[][] common) {
        List<String> all = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < known.size() || j < given.size()) {
            if (i < known.size() && j < given.size() && known.get(i).equals(given.get(j))) {
                all.add("  " + known.get(i));
                i++;
                j++;
            } else if (j == given.size() || (i < known.size() && common[i + 1][j] >= common[i][j + 1])) {
                all.add("- " + known.get(i++));
            } else {
                all.add("+ " + given.get(j++));
            }
        }
        return String.join("\n", excerpt(all));
    }

    /** What differs, and the lines around it. */
    private static List<String> excerpt(List<String> all) {
        List<String> shown = new ArrayList<>();
        int last = -1;
        for (int k = 0; k < all.size(); k++) {
            boolean near = false;
            for (int n = Math.max(0, k - AROUND); n <= Math.min(all.size() - 1, k + AROUND); n++) {
                near |= !all.get(n).startsWith(" ");
            }
            if (near) {
                if (last != k - 1) {
                    shown.add("  ...");
                }
                shown.add(all.get(k));
                last = k;
            }
        }
        return shown;
    }
}
