package dev.turbochat;

/**
 * Passes on whatever a program throws as what it is.
 *
 * <p>Programs may throw anything, and "the program's own exceptions reach the caller as their own type": a wrapper would
 * break that, and {@code throws Exception} on every driver would make its callers catch what they never see.
 */
final class Sneaky {
    private Sneaky() {}

    /** Throws it; declared to return so that a call can be thrown. */
    static RuntimeException rethrow(Throwable thrown) {
        throw Sneaky.<RuntimeException>as(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T as(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
