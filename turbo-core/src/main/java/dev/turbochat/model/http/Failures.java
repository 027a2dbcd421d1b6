package dev.turbochat.model.http;

import dev.turbochat.error.ModelException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** Gives the failures of one exchange their names and sentences. Nothing that leaves here holds a secret. */
final class Failures {
    private static final int UNSAID = 0;

    private final Post post;

    Failures(Post post) {
        this.post = post;
    }

    /** A server that answers with a status that is not a success. */
    ModelException status(int status, Headers headers, byte[] body) {
        Refusal refusal = Refusal.of(body, body.length);
        if (status < 400) {
            return new ModelException.BadRequest(post.spec(), status, redirect(headers));
        }
        return refusal(status, headers, refusal);
    }

    /** A refusal inside an answer whose status is a success. */
    ModelException inside(Refusal refusal) {
        int status = refusal.status();
        if (status == 0) {
            // the words say what kind of error it is, or nobody does
            status = refusal.isAbout("rate_limit", "quota", "too_many_requests", "resource_exhausted", "billing")
                    ? 429
                    : refusal.isAbout("api_key", "auth", "permission")
                            ? 401
                            : refusal.isAbout("invalid_request", "bad_request", "not_found", "unprocessable")
                                    ? 400
                                    : UNSAID;
        }
        return refusal(status, Headers.EMPTY, refusal);
    }

    private ModelException refusal(int status, Headers headers, Refusal refusal) {
        String spec = post.spec();
        String detail = post.redactor().clean(refusal.message());
        if (status == 400 && refusal.isAbout("api_key_invalid")) {
            return new ModelException.AuthenticationFailed(spec, detail, post.remedy());
        }
        if (refusal.isUnpaid()) {
            return new ModelException.RateLimited(spec, null, detail);
        }
        boolean other = status == 401 || status == 403 || status == 429;
        if (status == 413 || (!other && refusal.isTooLong())) {
            return new ModelException.ContextTooLong(spec, detail);
        }
        if (status < 500 && refusal.isAbout("content_filter", "content_policy")) {
            return new ModelException.Filtered(spec, detail);
        }
        return switch (status) {
            case 401, 403 -> new ModelException.AuthenticationFailed(spec, detail, post.remedy());
            // 402: the account is empty, which is a used-up quota.
            case 402, 429 -> new ModelException.RateLimited(spec, retryAfter(headers, refusal), detail);
            // 408: the server gave up waiting for us. 425, 498, 499: vendors' words for "not now".
            case 408, 425, 498, 499 -> unavailable(status, detail);
            default ->
                status >= 500 || status == UNSAID
                        ? unavailable(status, detail)
                        : new ModelException.BadRequest(spec, status, detail);
        };
    }

    private static @Nullable Duration retryAfter(Headers headers, Refusal refusal) {
        Duration said = RetryAfter.of(headers, Instant.now());
        return said == null ? refusal.retryDelay().orElse(null) : said;
    }

    private ModelException unavailable(int status, String detail) {
        String said = detail.isEmpty() ? "" : " (" + detail + ")";
        String how = status == UNSAID ? "an error" : "status " + status;
        return new ModelException.Unavailable(post.spec(), "the server answered with " + how + said, null);
    }

    /** Redirects are not followed: the key is for the address that was given, and no other. */
    private String redirect(Headers headers) {
        String location = headers.get("location");
        return location == null
                ? ""
                : "it redirects to " + post.redactor().clean(location)
                        + ", which is not followed: give that as the base URL";
    }

    /** An exchange that failed before there was an answer. */
    ModelException unanswered(Throwable failure, boolean connected) {
        Throwable cause = post.redactor().clean(failure);
        String spec = post.spec();
        String host = post.url().host();
        String said = post.redactor().clean(String.valueOf(failure.getMessage()));
        return switch (failure) {
            case UnknownHostException ignored ->
                new ModelException.Unavailable(spec, "host '" + host + "' is not known", cause);
            case SSLException ignored ->
                new ModelException.Unavailable(
                        spec, "no secure connection to " + post.origin() + " could be made (" + said + ")", cause);
            case ProtocolException ignored -> new ModelException.MalformedAnswer(spec, "what came is not HTTP", cause);
            case ConnectException ignored -> nobody(cause);
            case NoRouteToHostException ignored -> nobody(cause);
            default ->
                connected
                        ? new ModelException.Unavailable(
                                spec, post.origin() + " closed the connection without an answer", cause)
                        : nobody(cause);
        };
    }

    private ModelException nobody(Throwable cause) {
        return new ModelException.Unavailable(post.spec(), "nothing answers at " + post.origin(), cause);
    }

    ModelException timedOut(Watch.Wait passed, Watch watch) {
        return new ModelException.TimedOut(post.spec(), passed.what, watch.limit(passed));
    }

    ModelException cut(int pieces, IOException failure) {
        return new ModelException.StreamCut(post.spec(), pieces, post.redactor().clean(failure));
    }

    String clean(String said) {
        return post.redactor().clean(said);
    }

    ModelException malformed(String detail) {
        return new ModelException.MalformedAnswer(post.spec(), post.redactor().clean(detail), null);
    }
}
