package dev.turbochat.model.image;

import dev.turbochat.error.ImageException;
import dev.turbochat.step.ImageHead;
import dev.turbochat.step.Part;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** One fetch, over its redirects; each is looked at as the first address was. */
final class Fetch {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> ANYTHING =
            Set.of("application/octet-stream", "binary/octet-stream", "application/binary", "image/*");
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "image/jpg", "image/jpeg",
            "image/pjpeg", "image/jpeg",
            "image/x-png", "image/png");

    private final FetchLimits limits;
    private final Target first;
    private final OkHttpClient guarded;
    private final OkHttpClient open;
    private volatile @Nullable Call call;
    private volatile boolean cancelled;

    Fetch(FetchLimits limits, Target first, OkHttpClient guarded, OkHttpClient open) {
        this.limits = limits;
        this.first = first;
        this.guarded = guarded;
        this.open = open;
    }

    /** Ends it, from any thread; after its end, nothing. */
    void cancel() {
        cancelled = true;
        Call running = call;
        if (running != null) {
            running.cancel();
        }
    }

    Part.Image run() {
        Target target = first;
        for (int redirects = 0; redirects <= limits.redirects(); redirects++) {
            try (Response response = send(target)) {
                String location = response.header("Location");
                if (!REDIRECTS.contains(response.code()) || location == null) {
                    return image(target, response);
                }
                target = target.redirected(location, limits);
            } catch (IOException e) {
                throw failed(target, e);
            }
        }
        throw new ImageException.FetchFailed(
                first.shown(), "it was redirected more than " + limits.redirects() + " times", null);
    }

    private Response send(Target target) throws IOException {
        Request request = new Request.Builder()
                .url(target.url())
                .header("Accept", String.join(", ", limits.mediaTypes()))
                .header("User-Agent", "turbo")
                .build();
        Call next = (target.trusted() ? open : guarded).newCall(request);
        call = next;
        if (cancelled) {
            next.cancel();
        }
        return next.execute();
    }

    private static ImageException failed(Target target, IOException failure) {
        return Guard.Refused.in(failure)
                .map(refused -> Target.refused(target.url(), refused.use()))
                .orElseGet(() -> new ImageException.FetchFailed(target.shown(), reason(failure), failure));
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case UnknownHostException ignored -> "nobody knows its host";
            case ConnectException ignored -> "its host takes no connection";
            case SSLException ignored -> "its host has no certificate that counts, or speaks no TLS";
            default -> "the connection failed (" + failure.getClass().getSimpleName() + ")";
        };
    }

    private Part.Image image(Target target, Response response) throws IOException {
        if (response.code() != 200) {
            throw new ImageException.FetchFailed(
                    target.shown(), "its host answered with status " + response.code(), null);
        }
        String called = called(target, response.body().contentType());
        byte[] bytes = read(target, response);
        ImageHead head = head(target, bytes);
        if (!called.isEmpty() && !called.equals(head.mediaType())) {
            throw new ImageException.NotAnImage(
                    target.shown(),
                    "is called " + called + " by its host and is " + head.mediaType() + " by its content",
                    "have its host say what it is");
        }
        if (!limits.mediaTypes().contains(head.mediaType())) {
            throw new ImageException.NotAnImage(
                    target.shown(), "is " + head.mediaType(), "use one of " + limits.mediaTypes());
        }
        if (head.pixels() > limits.pixels()) {
            throw new ImageException.ImageTooLarge(
                    target.shown(),
                    head.width() + " x " + head.height() + " pixels, where " + limits.pixels() + " are the most");
        }
        return Part.Image.of(bytes, head.mediaType());
    }

    /** What its host calls it; empty where it does not say. */
    private static String called(Target target, @Nullable MediaType declared) {
        if (declared == null) {
            return "";
        }
        String name = (declared.type() + "/" + declared.subtype()).toLowerCase(Locale.ROOT);
        if (ANYTHING.contains(name)) {
            return "";
        }
        if (!declared.type().equals("image")) {
            throw new ImageException.NotAnImage(
                    target.shown(), "is no image but " + name, "check that the URL is that of the image itself");
        }
        return OTHER_NAMES.getOrDefault(name, name);
    }

    /** All of it, counted as it comes out of its packing, whatever length was announced. */
    private byte[] read(Target target, Response response) throws IOException {
        BufferedSource source = response.body().source();
        Buffer bytes = new Buffer();
        while (source.read(bytes, 8192) != -1) {
            if (bytes.size() > limits.bytes()) {
                throw new ImageException.ImageTooLarge(
                        target.shown(), "more than " + limits.bytes() + " bytes, which are the most");
            }
        }
        return bytes.readByteArray();
    }

    private static ImageHead head(Target target, byte[] bytes) {
        try {
            return ImageHead.of(bytes, "Image '" + target.shown() + "'");
        } catch (IllegalArgumentException e) {
            throw new ImageException.NotAnImage(target.shown(), e);
        }
    }
}
