package dev.turbochat.memory;

import java.util.function.Consumer;

/**
 * What processes that share a store call to one another: heard at once by those that listen, and by nobody else.
 *
 * <p>Hints: a call may be lost, and nothing depends on one alone. Thread-safe.
 */
public interface Signals {
    /** The topic on which a backend calls out each {@link Delivered}. */
    String DELIVERED = "delivered";

    /**
     * That something was put into an inbox.
     *
     * @param session whose
     * @param delivery its id
     */
    record Delivered(String session, String delivery) {
        /** As it is called. */
        public String text() {
            return session.length() + ":" + session + delivery;
        }

        /**
         * What was called.
         *
         * @throws IllegalArgumentException if it is something else
         */
        public static Delivered of(String text) {
            int colon = text.indexOf(':');
            try {
                int end = colon + 1 + Integer.parseInt(text.substring(0, Math.max(colon, 0)));
                return new Delivered(text.substring(colon + 1, end), text.substring(end));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException("'" + text + "' does not tell of a delivery.", e);
            }
        }
    }

    /** Of a store that no other process uses: nobody is there to hear. */
    Signals NONE = new Signals() {
        @Override
        public boolean reachOthers() {
            return false;
        }

        @Override
        public void call(String topic, String message) {}

        @Override
        public Listening listen(String topic, Consumer<String> listener) {
            return () -> {};
        }
    };

    /** Whether there may be anybody else to hear. */
    boolean reachOthers();

    /** Calls to all who listen to a topic, in other processes and in this one; neither waits nor fails. */
    void call(String topic, String message);

    /**
     * Has a listener told of what is called on a topic from now on, or from very soon on.
     *
     * @param listener told in order, by a thread that it must not keep
     */
    Listening listen(String topic, Consumer<String> listener);

    /** What goes on until it is closed. */
    @FunctionalInterface
    interface Listening extends AutoCloseable {
        /** Listens no more; calls that are under way may still come. Safe to call twice. */
        @Override
        void close();
    }
}
