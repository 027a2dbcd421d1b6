package dev.turbochat.cli;

/** Turns the logging of steps and prompts on; works before the first logger is made. */
final class Trace {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Trace() {}

    static void on() {
        System.setProperty(PREFIX + "log.dev.turbochat.steps", "debug");
        System.setProperty(PREFIX + "log.dev.turbochat.prompts", "debug");
    }
}
