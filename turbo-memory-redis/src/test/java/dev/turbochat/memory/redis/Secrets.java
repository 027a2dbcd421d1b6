package dev.turbochat.memory.redis;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Everything that a log would show of a failure. */
final class Secrets {
    private Secrets() {}

    static String in(Throwable failure) {
        StringWriter shown = new StringWriter();
        failure.printStackTrace(new PrintWriter(shown, true));
        return shown.toString();
    }
}
