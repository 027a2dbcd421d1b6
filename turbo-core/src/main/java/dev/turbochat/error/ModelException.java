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

    private record Recorded(
            String model, String message, @Nullable Duration retryAfter) {}

    /** The exception that was recorded under this code, so that a replay takes the path that the program took then. */
    public static ModelException recorded(String code, String model, String message, @Nullable Duration retryAfter) {
        Recorded recorded = new Recorded(model, message, retryAfter);
        return switch (code) {
            case "authentication-failed" -> new AuthenticationFailed(recorded);
            case "bad-request" -> new BadRequest(recorded);
            case "context-too-long" -> new ContextTooLong(recorded);
            case "rate-limited" -> new RateLimited(recorded);
            case "unavailable" -> new Unavailable(recorded);
            case "timed-out" -> new TimedOut(recorded);
            case "filtered" -> new Filtered(recorded);
            case "truncated" -> new Truncated(recorded);
            case "empty-answer" -> new EmptyAnswer(recorded);
            case "stream-cut" -> new StreamCut(recorded);
            case "malformed-answer" -> new MalformedAnswer(recorded);
            case "unfit-answer" -> new UnfitAnswer(recorded);
            case "image-missing" -> new ImageMissing(recorded);
            case "budget-exceeded" -> new BudgetExceeded(recorded);
            default -> new Unavailable(recorded);
        };
    }

    private static String said(String detail) {
        return detail.isBlank() ? "" : " (" + detail.strip() + ")";
    }

    /** The key was refused, or there is none. */
    public static final class AuthenticationFailed extends ModelException {
        private static final long serialVersionUID = 1;

        private AuthenticationFailed(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public AuthenticationFailed(String model, String detail, String remedy) {
            super(model, "Model '" + model + "' refused the key" + said(detail) + "; " + remedy + ".", null);
        }
    }

    /** The request was refused as wrong: a model that does not exist, a setting that it does not take. */
    public static final class BadRequest extends ModelException {
        private static final long serialVersionUID = 1;

        private BadRequest(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

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

        private ContextTooLong(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public ContextTooLong(String model, String detail) {
            super(
                    model,
                    "Model '" + model + "' cannot take a conversation this long" + said(detail)
                            + "; clear it, or use a model with a larger context.",
                    null);
        }

        /**
         * Of a conversation that has no room in its window, even where everything is left out that may be.
         *
         * @param budget the window's tokens
         * @param needs what must stay, with the tokens of each, the largest first
         */
        public ContextTooLong(String model, int budget, String needs) {
            super(
                    model,
                    "Model '" + model + "' was not called: what must stay does not fit in the window of " + budget
                            + " tokens (" + needs + "); say less there, or make the window larger.",
                    null);
        }
    }

    /** Too many requests, or the quota is used up. */
    public static final class RateLimited extends ModelException {
        private static final long serialVersionUID = 1;

        private final @Nullable Duration retryAfter;

        private RateLimited(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
            this.retryAfter = recorded.retryAfter();
        }

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

        private Unavailable(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

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

        private TimedOut(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

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

        private Filtered(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

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

        private Truncated(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

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

        private EmptyAnswer(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public EmptyAnswer(String model) {
            super(model, "Model '" + model + "' answered with nothing; try again, or ask differently.", null);
        }
    }

    /** The connection ended before the answer did. */
    public static final class StreamCut extends ModelException {
        private static final long serialVersionUID = 1;

        private StreamCut(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public StreamCut(String model, int tokens, @Nullable Throwable cause) {
            super(model, "Model '" + model + "' broke off " + where(tokens) + "; try again.", cause);
        }

        private static String where(int pieces) {
            if (pieces == 0) {
                return "before it said anything";
            }
            return "in the middle of its answer, after " + pieces + (pieces == 1 ? " piece" : " pieces") + " of text";
        }
    }

    /** What came is not what the protocol says should come. */
    public static final class MalformedAnswer extends ModelException {
        private static final long serialVersionUID = 1;

        private MalformedAnswer(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public MalformedAnswer(String model, String detail, @Nullable Throwable cause) {
            super(
                    model,
                    "Model '" + model + "' sent something that is not a valid answer: " + detail
                            + "; check that the address is that of a compatible server.",
                    cause);
        }
    }

    /** An image of the conversation was to be fetched, and could not be: the model was not asked. */
    public static final class ImageMissing extends ModelException {
        private static final long serialVersionUID = 1;

        private ImageMissing(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public ImageMissing(String model, ImageException cause) {
            super(model, "Model '" + model + "' was not asked. " + cause.getMessage(), cause);
        }
    }

    /** What may be spent has been; no further call is made. */
    public static final class BudgetExceeded extends ModelException {
        private static final long serialVersionUID = 1;

        private BudgetExceeded(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        /**
         * @param what what there is no more of, such as {@code 10 calls, which were to be 10 at the most}
         */
        public BudgetExceeded(String model, String what) {
            super(model, "Model '" + model + "' is not asked: the budget is used up (" + what + "); allow more.", null);
        }
    }

    /** The model was asked for a value, and no answer of its fits. */
    public static final class UnfitAnswer extends ModelException {
        private static final long serialVersionUID = 1;

        private UnfitAnswer(Recorded recorded) {
            super(recorded.model(), recorded.message(), null);
        }

        public UnfitAnswer(String model, int tries, String reason) {
            super(
                    model,
                    "Model '" + model + "' gave no answer that fits in " + tries + (tries == 1 ? " try" : " tries")
                            + said(reason) + "; describe what is wanted more plainly, or use another model.",
                    null);
        }
    }
}
