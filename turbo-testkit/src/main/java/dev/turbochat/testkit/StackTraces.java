package dev.turbochat.testkit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** All that an exception says, its causes and suppressed ones included. */
final class StackTraces {
    private StackTraces() {}

    static List<String> of(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString().lines().toList();
    }
}
