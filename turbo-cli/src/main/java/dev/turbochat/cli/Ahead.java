package dev.turbochat.cli;

import java.math.BigDecimal;
import java.security.SecureRandom;

/**
 * Has another thread begin with what a run waits for before its first word in any case, some milliseconds each. It does not matter
 * whether it is done by then: the JVM has whoever needs a class wait for it.
 */
final class Ahead {
    private Ahead() {}

    static void start() {
        Thread.ofPlatform().daemon().name("turbo ahead").start(Ahead::load);
    }

    private static void load() {
        new SecureRandom().nextInt(); // for the session's name: reads the file java.security
        BigDecimal.ONE.signum(); // for any JSON node of Jackson's: has a table of large powers
    }
}
