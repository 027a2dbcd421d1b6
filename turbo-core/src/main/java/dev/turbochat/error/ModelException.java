package dev.turbochat.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model did not answer as it should. */
public abstract sealed class ModelException extends TurboException {
    private static final long serialVersionUID = 1;

    private final String model;

    private ModelException(String model, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.model = model;
    }

    /** The model's spec, such as {@code openai:gpt-4o-mini}. */
    public String model() {
        return model;
    }

    /** Whether the same call may well succeed a little later, or elsewhere. */
    public boolean passing() {
        return this instanceof RateLimited
                || this instanceof Unavailable
                || this instanceof TimedOut
                || this instanceof StreamCut;
    }

    private static String said(String detail) {
        return detail.isBlank() ? "" : " (" + detail.strip() + ")";
    }

    /** The key was refused, or there is none. */
    public static final class AuthenticationFailed extends ModelException {
        private static final long serialVersionUID = 1;

        public AuthenticationFailed(String model, String detail, String remedy) {
            super(model, "Model '" + model + "' refused the key" + said(detail) + "; " + remedy + ".", null);
        }
    }

    /** The request was refused as wrong: a model that does not exist, a setting that it does not take. */
    public static final class BadRequest extends ModelException {
        private static final long serialVersionUID = 1;

        public BadRequest(String model, int status, String detail) {
            super(
                    model,
                    "Model '" + model + "' refused the request with status " + status + said(detail)
                            + "; check the model's name and the settings.",
                    null);
        }
    }

    /** The conversation is longer than the model can take. */
    public static final class ContextTooLong extends ModelException {
        private static final long serialVersionUID = 1;

        public ContextTooLong(String model, String detail) {
            super(
                    model,
                    "Model '" + model + "' cannot take a conversation this long" + said(detail)
                            + "; clear it, or use a model with a larger context.",
                    null);
        }
    }

    /** Too many requests, or the quota is used up. */
    public static final class RateLimited extends ModelException {
        private static final long serialVersionUID = 1;

        private final @Nullable Duration retryAfter;

        public RateLimited(String model, @Nullable Duration retryAfter, String detail) {
            super(
                    model,
                    "Model '" + model + "' has had too many requests" + said(detail) + "; try again "
                            + (retryAfter == null ? "later" : "in " + seconds(retryAfter)) + ".",
                    null);
            this.retryAfter = retryAfter;
        }

        private static String seconds(Duration time) {
            long seconds = Math.ceilDiv(time.toMillis(), 1000L);
            return seconds + (seconds == 1 ? " second" : " seconds");
        }

        /** How long to wait, where the vendor said. */
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }

    /** The model's server is not there, or says that it cannot answer now. */
    public static final class Unavailable extends ModelException {
        private static final long serialVersionUID = 1;

        public Unavailable(String model, String detail, @Nullable Throwable cause) {
            super(
                    model,
                    "Model '" + model + "' is not available: " + detail + "; try again, or use another model.",
                    cause);
        }
    }

    /** A time limit was reached. */
    public static final class TimedOut extends ModelException {
        private static final long serialVersionUID = 1;

        public TimedOut(String model, String what, Duration limit) {
            super(
                    model,
                    "Model '" + model + "' took too long: " + what + " did not come within " + limit.toMillis()
                            + " ms; try again, or allow more time.",
                    null);
        }
    }

    /** The vendor's filter withheld the answer. */
    public static final class Filtered extends ModelException {
        private static final long serialVersionUID = 1;

        public Filtered(String model, String detail) {
            super(
                    model,
                    "Model '" + model + "' withheld its answer: a content filter stepped in" + said(detail)
                            + "; say it differently.",
                    null);
        }
    }

    /** The limit of tokens was reached before there was any answer. */
    public static final class Truncated extends ModelException {
        private static final long serialVersionUID = 1;

        public Truncated(String model) {
            super(
                    model,
                    "Model '" + model + "' used up its limit of tokens before it answered; allow more with maxTokens.",
                    null);
        }
    }

    /** The answer was complete, and empty. */
    public static final class EmptyAnswer extends ModelException {
        private static final long serialVersionUID = 1;

        public EmptyAnswer(String model) {
            super(model, "Model '" + model + "' answered with nothing; try again, or ask differently.", null);
        }
    }

    /** The connection ended before the answer did. */
    public static final class StreamCut extends ModelException {
        private static final long serialVersionUID = 1;

        public StreamCut(String model, int tokens, @Nullable Throwable cause) {
            super(
                    model,
                    "Model '" + model + "' broke off in the middle of its answer, after " + tokens
                            + (tokens == 1 ? " piece" : " pieces") + " of text; try again.",
                    cause);
        }
    }

    /** What came is not what the protocol says should come. */
    public static final class MalformedAnswer extends ModelException {
        private static final long serialVersionUID = 1;

        public MalformedAnswer(String model, String detail, @Nullable Throwable cause) {
            super(
                    model,
                    "Model '" + model + "' sent something that is not a valid answer: " + detail
                            + "; check that the address is that of a compatible server.",
                    cause);
        }
    }
}
