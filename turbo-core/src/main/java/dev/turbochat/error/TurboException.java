package dev.turbochat.error;

import org.jspecify.annotations.Nullable;

/**
 * Anything that turbo reports: a message of subject, what happened and what to do, and a code for programs.
 *
 * <p>Unchecked and sealed: a {@code switch} over the families is exhaustive. No message holds a key or a whole prompt.
 */
public abstract sealed class TurboException extends RuntimeException
        permits SessionException,
                ProgramException,
                ModelException,
                MemoryException,
                ImageException,
                ConfigurationException {
    private static final long serialVersionUID = 1;

    TurboException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Subject, what happened, what to do. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** A short name that stays the same over releases: {@code rate-limited}, {@code session-busy}. */
    public String code() {
        StringBuilder code = new StringBuilder();
        for (char c : getClass().getSimpleName().toCharArray()) {
            if (Character.isUpperCase(c) && !code.isEmpty()) {
                code.append('-');
            }
            code.append(Character.toLowerCase(c));
        }
        return code.toString();
    }
}
