package dev.turbochat.console;

import dev.turbochat.Event;
import dev.turbochat.FrontEnd;

/** A front end of a process: it also says hello, goodbye and what went wrong. */
interface Face extends FrontEnd, AutoCloseable {
    /** Something about the conversation that is no part of it: which model answers, how to come back. */
    void remark(String line);

    /** What went wrong: a code for programs, and a line for people on standard error. */
    default void failure(String code, String line) {
        System.err.println("turbo: " + Printable.of(line));
    }

    /**
     * Whether it tells again what was said since the last answer when a session goes on: a person sees where he was, a
     * program knows by the number what it has had. Plain text is read by neither.
     */
    default boolean retells() {
        return true;
    }

    /** What a person is told of a model that is asked again. */
    static String line(Event.Retry retry) {
        long seconds = Math.ceilDiv(retry.delay().toMillis(), 1000L);
        return "(" + retry.why() + (seconds == 0 ? " Trying again)" : " Trying again in " + seconds + " s)");
    }

    /** Has Ctrl-C do this while the program is at work. */
    default void onInterrupt(Runnable action) {}

    @Override
    void close();
}
