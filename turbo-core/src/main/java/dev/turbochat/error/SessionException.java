package dev.turbochat.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A session was used in a way, or at a time, that it does not allow; it is none the worse for it. */
public abstract sealed class SessionException extends TurboException {
    private static final long serialVersionUID = 1;

    private final String session;

    private SessionException(String session, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.session = session;
    }

    /** The session's id. */
    public String session() {
        return session;
    }

    /** Input came while no program was asking for any. */
    public static final class NotAsking extends SessionException {
        private static final long serialVersionUID = 1;

        public NotAsking(String session) {
            super(
                    session,
                    "Session '" + session + "' was given input while no program is asking; call next() first.",
                    null);
        }
    }

    /** The run has ended, and this driver of it with it. */
    public static final class RunFinished extends SessionException {
        private static final long serialVersionUID = 1;

        public RunFinished(String session) {
            super(
                    session,
                    "Session '" + session + "' was driven on after its run ended; open it again to start a new run.",
                    null);
        }
    }

    /** The driver was closed before. */
    public static final class SessionClosed extends SessionException {
        private static final long serialVersionUID = 1;

        public SessionClosed(String session) {
            super(
                    session,
                    "Session '" + session + "' was used after this driver of it was closed; open it again.",
                    null);
        }
    }

    /** Another driver owns the session. */
    public static final class SessionBusy extends SessionException {
        private static final long serialVersionUID = 1;

        private final String owner;

        public SessionBusy(String session, String owner, Duration waited) {
            super(
                    session,
                    "Session '" + session + "' is being driven by " + owner + ", which did not let go within "
                            + waited.toMillis() + " ms; close that one, or try again later.",
                    null);
            this.owner = owner;
        }

        /** Who owns it, as far as is known. */
        public String owner() {
            return owner;
        }
    }

    /** The run has not ended, and nobody drives it any more: it carries on when the session is run again. */
    public static final class SessionAsleep extends SessionException {
        private static final long serialVersionUID = 1;

        private SessionAsleep(String session, String message) {
            super(session, message, null);
        }

        public SessionAsleep(String session) {
            this(
                    session,
                    "Session '" + session
                            + "' waits for input and the front end has no more; run it again to carry on.");
        }

        /** The runner was closed while the run was under way. */
        public static SessionAsleep byClosing(String session) {
            return new SessionAsleep(
                    session,
                    "Session '" + session + "' was put to sleep by closing its runner; run it again to carry on.");
        }
    }

    /** The input holds nothing where text was needed. */
    public static final class EmptyInput extends SessionException {
        private static final long serialVersionUID = 1;

        public EmptyInput(String session) {
            super(
                    session,
                    "Session '" + session
                            + "' was given empty input where text is needed; send some text or a picture.",
                    null);
        }
    }

    /** Input came while the program is busy with the one before, and was not to wait. */
    public static final class RunBusy extends SessionException {
        private static final long serialVersionUID = 1;

        public RunBusy(String session) {
            super(
                    session,
                    "Session '" + session
                            + "' was given input while it is busy with the one before; send it again when it asks.",
                    null);
        }
    }

    /** As many sessions are awake as the host may have, and none of them waits for input. */
    public static final class HostFull extends SessionException {
        private static final long serialVersionUID = 1;

        public HostFull(String session, int awake) {
            super(
                    session,
                    "Session '" + session + "' cannot be woken now: " + awake
                            + " sessions are awake and busy; try again, or let the host have more awake.",
                    null);
        }
    }

    /** The host is being closed and takes nothing more. */
    public static final class HostClosed extends SessionException {
        private static final long serialVersionUID = 1;

        public HostClosed(String session) {
            super(
                    session,
                    "Session '" + session + "' was sent something while its host is being closed; send it again.",
                    null);
        }
    }

    /** The input is larger than one may be. */
    public static final class InputTooLong extends SessionException {
        private static final long serialVersionUID = 1;

        public InputTooLong(String session, long bytes, long limit) {
            super(
                    session,
                    "Session '" + session + "' was given an input of " + bytes + " bytes where " + limit
                            + " are the most; send less, or in parts.",
                    null);
        }
    }

    /** There is nothing to try again: the session's last run did not fail. */
    public static final class NothingToRetry extends SessionException {
        private static final long serialVersionUID = 1;

        public NothingToRetry(String session) {
            super(
                    session,
                    "Session '" + session + "' has nothing to retry: its last run did not fail; give it input instead.",
                    null);
        }
    }

    /** As many deliveries wait for the session as may. */
    public static final class InboxFull extends SessionException {
        private static final long serialVersionUID = 1;

        public InboxFull(String session, int waiting) {
            super(
                    session,
                    "Session '" + session + "' was sent something while " + waiting
                            + " deliveries wait for it; send it again when some of them were answered.",
                    null);
        }
    }

    /** There is a session of this id already. */
    public static final class SessionExists extends SessionException {
        private static final long serialVersionUID = 1;

        public SessionExists(String session) {
            super(session, "Session '" + session + "' exists already; name another, or delete it first.", null);
        }
    }

    /** There is no session of this id. */
    public static final class NoSuchSession extends SessionException {
        private static final long serialVersionUID = 1;

        public NoSuchSession(String session) {
            super(
                    session,
                    "Session '" + session + "' does not exist; 'turbo sessions list' shows those that do.",
                    null);
        }
    }

    /** The session's id cannot be one. */
    public static final class BadSessionId extends SessionException {
        private static final long serialVersionUID = 1;

        public BadSessionId(String session, String why) {
            super(session, "A session id was refused: " + why + "; use 1 to 128 bytes of well-formed text.", null);
        }
    }
}
