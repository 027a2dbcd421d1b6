package dev.turbochat.cli;

import java.util.List;

/**
 * What ./turbo has the JVM keep of starts in a pipe: the help, and conversations in the memories that everybody has. A line of
 * standard input is said in the first.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] ignored) {
        Turbo.execute("--help");
        Ahead.start();
        for (String memory : List.of("file:", "heap:")) {
            Turbo.execute("run", "chat", "--model", "eliza", "--memory", memory);
        }
        System.exit(0);
    }
}
