package dev.turbochat.testkit;

/** The conversation of a script so far, for a failure to show. */
final class Transcript {
    private final StringBuilder lines = new StringBuilder();

    void add(String who, String text) {
        lines.append(line("    ", who, text));
    }

    /** The failure: what went well, what should have come, what came, and a mark under where they part. */
    AssertionError differs(String expected, String expectedText, String actual, String actualText) {
        String wanted = line(" -> ", expected, expectedText);
        String came = line("    ", actual, actualText);
        return new AssertionError("The program does not follow the script.\n\n" + lines + "\n" + wanted
                + "    but what came is\n" + came + mark(wanted, came));
    }

    private static String line(String margin, String who, String text) {
        return margin + String.format("%-12s", who) + text.replace("\n", "\n                ") + "\n";
    }

    private static String mark(String wanted, String came) {
        int from = 4; // behind the margin, which differs
        int at = from;
        while (at < wanted.length() && at < came.length() && wanted.charAt(at) == came.charAt(at)) {
            at++;
        }
        boolean oneLine = wanted.indexOf('\n') == wanted.length() - 1 && came.indexOf('\n') == came.length() - 1;
        return oneLine ? " ".repeat(at) + "^\n" : "";
    }
}
