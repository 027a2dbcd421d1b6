package dev.turbochat;

/** A {@link Program} that returns nothing of interest; references to methods that do return something fit, too. */
@FunctionalInterface
public interface Routine {
    /** Holds the conversation. */
    void run(Chat chat) throws Exception;
}
