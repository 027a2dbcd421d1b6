package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.RedisAddress.Place;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is to be made of something that went wrong. */
sealed interface Verdict {
    /**
     * Another server has the slot.
     *
     * @param once whether this key only, for now
     */
    record Elsewhere(Place place, boolean once) implements Verdict {}

    /**
     * Nothing was done, and it may be soon.
     *
     * @param stale whether the connection leads to the wrong server by now
     */
    record Later(String why, Throwable cause, boolean stale) implements Verdict {}

    /** It was done, or not. */
    record Unknown(String why, Throwable cause) implements Verdict {}

    /** Nothing was done, and it will not be. */
    record Refused(RedisFailure failure) implements Verdict {}

    /** Error codes may stand in the middle: up to Redis 6.2 what fails in a script is quoted in another error. */
    Pattern CODE = Pattern.compile("\\b(MOVED|ASK|OOM|READONLY|WRONGTYPE|MISCONF|NOAUTH|WRONGPASS|NOPERM|LOADING"
            + "|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|UNKILLABLE)\\b");

    Pattern PLACE = Pattern.compile("\\b(?:MOVED|ASK) \\d+ (\\S*):(\\d+)");

    /** Of a connection that was not made. */
    static Verdict onConnecting(RedisAddress address, Throwable thrown) {
        boolean bySentinel = false;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            bySentinel |= said(cause).startsWith("Cannot connect Redis Sentinel at ");
            if (cause instanceof RedisCommandExecutionException) {
                return bySentinel ? onSentinelsRefusal(address, cause) : onRefusal(address, cause);
            }
        }
        String said = said(root(thrown)).replace(" (connect failed)", ""); // which some releases of the JDK add
        return new Later(
                said.startsWith("Cannot provide redisAddress using sentinel")
                        ? "no Sentinel that answers knows this master"
                        : "it cannot be connected to (" + said + ")",
                cause(thrown),
                true);
    }

    /** Of a call that was sent. */
    static Verdict onCall(RedisAddress address, Throwable thrown) {
        Throwable cause = cause(thrown);
        if (cause instanceof RedisCommandExecutionException refusal) {
            return onRefusal(address, refusal);
        }
        return new Unknown(
                cause instanceof RedisCommandTimeoutException
                        ? "no answer came in time"
                        : "the connection was lost (" + said(cause) + ")",
                cause);
    }

    private static Verdict onSentinelsRefusal(RedisAddress address, Throwable refusal) {
        Matcher code = CODE.matcher(said(refusal));
        return switch (code.find() ? code.group() : "") {
            case "NOAUTH" -> deniedBySentinel(address, "want a password", refusal);
            case "WRONGPASS" -> deniedBySentinel(address, "do not know this user and password", refusal);
            case "NOPERM" -> deniedBySentinel(address, "do not permit this user to ask for the master", refusal);
            default -> onRefusal(address, refusal);
        };
    }

    private static Verdict deniedBySentinel(RedisAddress address, String why, Throwable refusal) {
        return new Refused(RedisFailure.RedisDenied.bySentinel(address.toString(), why, refusal));
    }

    private static Verdict onRefusal(RedisAddress address, Throwable refusal) {
        String said = said(refusal);
        String redis = address.toString();
        Matcher code = CODE.matcher(said);
        return switch (code.find() ? code.group() : "") {
            case "MOVED", "ASK" -> {
                Matcher place = PLACE.matcher(said);
                yield place.find()
                        ? new Elsewhere(
                                new Place(place.group(1), Integer.parseInt(place.group(2))),
                                code.group().equals("ASK"))
                        : new Refused(new RedisFailure.RedisRefused(redis, said, refusal));
            }
            case "LOADING" -> new Later("it is loading its data", refusal, false);
            case "BUSY" -> new Later("it is busy with somebody's script", refusal, false);
            case "MASTERDOWN" -> new Later("its master is down", refusal, true);
            case "CLUSTERDOWN" -> new Later("the cluster is down", refusal, true);
            case "TRYAGAIN" -> new Later("a slot is being moved", refusal, false);
            case "READONLY" ->
                address.kind() == RedisAddress.Kind.SINGLE
                        ? new Refused(new RedisFailure.RedisReadOnly(redis, refusal))
                        : new Later("its master has become a replica", refusal, true);
            case "OOM" -> new Refused(new RedisFailure.RedisFull(redis, refusal));
            case "WRONGTYPE" -> new Refused(new RedisFailure.RedisKeyTaken(redis, refusal));
            case "MISCONF" -> new Refused(new RedisFailure.RedisNotSaving(redis, refusal));
            case "NOAUTH" -> new Refused(new RedisFailure.RedisDenied(redis, "wants a password", refusal));
            case "WRONGPASS" ->
                new Refused(new RedisFailure.RedisDenied(redis, "does not know this user and password", refusal));
            case "NOPERM" ->
                new Refused(new RedisFailure.RedisDenied(redis, "does not permit this user what turbo does", refusal));
            case "NOREPLICAS" ->
                new Refused(new RedisFailure.RedisRefused(
                        redis, "fewer replicas are there than its settings ask for", refusal));
            default -> new Refused(new RedisFailure.RedisRefused(redis, said, refusal));
        };
    }

    private static String said(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return "it was closed";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static Throwable cause(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
