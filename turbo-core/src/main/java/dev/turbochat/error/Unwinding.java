package dev.turbochat.error;

/**
 * Takes a program's thread down through its frames when its session is closed, asleep or stopped.
 *
 * <p>An {@link Error}, so that no {@code catch (Exception)} holds it up. It is not a failure: let it pass. Every step
 * that is taken while it is under way is refused with it again.
 */
public final class Unwinding extends Error {
    private static final long serialVersionUID = 1;

    /** Made by turbo alone. */
    public Unwinding(String why) {
        super(why, null, false, false);
    }
}
