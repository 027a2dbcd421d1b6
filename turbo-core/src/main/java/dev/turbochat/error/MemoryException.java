package dev.turbochat.error;

import org.jspecify.annotations.Nullable;

/** A memory could not keep, or give back, what it should. */
public abstract sealed class MemoryException extends TurboException
        permits BackendException,
                MemoryException.JournalCorrupt,
                MemoryException.NotOwner,
                MemoryException.UnknownFormat,
                MemoryException.Refused,
                MemoryException.SessionGone,
                MemoryException.MemoryClosed {
    private static final long serialVersionUID = 1;

    MemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** A journal holds something that turbo did not write. Nothing was changed. */
    public static final class JournalCorrupt extends MemoryException {
        private static final long serialVersionUID = 1;

        public JournalCorrupt(String session, String where, @Nullable Throwable cause) {
            super(
                    "The journal of session '" + session + "' is damaged " + where
                            + "; nothing was changed: restore it from a copy, or delete the session.",
                    cause);
        }
    }

    /** Another owner has taken the session over; what this one would have written was refused. */
    public static final class NotOwner extends MemoryException {
        private static final long serialVersionUID = 1;

        public NotOwner(String session, String how) {
            super("Session '" + session + "' is now driven elsewhere (" + how + "); this driver of it stops.", null);
        }
    }

    /** The session was deleted while it was driven. */
    public static final class SessionGone extends MemoryException {
        private static final long serialVersionUID = 1;

        public SessionGone(String session) {
            super("Session '" + session + "' was deleted while it was being driven; this driver of it stops.", null);
        }
    }

    /** The journal was written by a newer turbo. */
    public static final class UnknownFormat extends MemoryException {
        private static final long serialVersionUID = 1;

        public UnknownFormat(String session, int format, int known) {
            super(
                    "The journal of session '" + session + "' has format " + format
                            + ", and this turbo reads formats up to " + known + "; use a newer turbo.",
                    null);
        }
    }

    /** What was to be stored is too large. Nothing of it was stored, nor will it ever be; the session is none the worse. */
    public abstract static sealed class Refused extends MemoryException permits PayloadTooLarge, JournalFull {
        private static final long serialVersionUID = 1;

        private Refused(String message) {
            super(message, null);
        }
    }

    /** A single entry or delivery is too large for any session. */
    public static final class PayloadTooLarge extends Refused {
        private static final long serialVersionUID = 1;

        /**
         * @param what what is too large, in words
         */
        public PayloadTooLarge(String session, String what, long bytes, long limit) {
            super("Session '" + session + "' was to keep " + what + " of " + bytes + " bytes, and " + limit
                    + " is the most; nothing was stored: keep it elsewhere and name it in the conversation.");
        }
    }

    /** A journal has grown too large. */
    public static final class JournalFull extends Refused {
        private static final long serialVersionUID = 1;

        public JournalFull(String session, long bytes, long limit) {
            super("The journal of session '" + session + "' would have " + bytes + " bytes, and " + limit
                    + " is the most; nothing was stored: use continueAsNew to begin it anew.");
        }
    }

    /** The memory was closed before. */
    public static final class MemoryClosed extends MemoryException {
        private static final long serialVersionUID = 1;

        public MemoryClosed(String memory) {
            super("Memory " + memory + " was used after it was closed; open it again.", null);
        }
    }
}
