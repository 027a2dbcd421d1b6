package dev.turbochat;

import org.jspecify.annotations.Nullable;

/**
 * A program that people start by its name: with a description, and options that become flags, environment variables and
 * form fields.
 *
 * <p>Found by {@link java.util.ServiceLoader}. Implementations are stateless.
 *
 * @param <O> the options, a record whose components may carry an {@link Option}; {@link None} where there are none
 */
public interface Recipe<O extends Record> {
    /** What it is started by: lower case, words joined by hyphens. */
    String name();

    /** One line for people. */
    String description();

    /** The type of the options: components of the types that {@link dev.turbochat.step.Ask} knows, records excepted. */
    Class<O> options();

    /** The version of the program, from 1; raised when recorded conversations can no longer be replayed by it. */
    default int version() {
        return 1;
    }

    /** Holds the conversation. */
    @Nullable
    Object run(Chat chat, O options) throws Exception;

    /** No options. */
    record None() {}
}
