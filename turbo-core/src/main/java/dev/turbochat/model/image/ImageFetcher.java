package dev.turbochat.model.image;

import dev.turbochat.error.ImageException;
import dev.turbochat.step.Part;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Fetches images for models that do not fetch them themselves, from addresses that users may have given.
 *
 * <pre>{@code
 * ImageFetcher images = ImageFetcher.of(l -> l.bytes(5 << 20));
 * Part.Image photo = chat.effect("photo", Part.Image.class, () -> images.fetch(uri));
 * }</pre>
 *
 * <p>Only public addresses are connected to: none that is private, loopback, link-local or a cloud's, however it is
 * spelled, whatever a name leads to at whatever moment, and wherever redirects lead. Nothing is sent along, neither
 * cookies nor credentials. What comes must be an image by its content, whole, and within {@link FetchLimits}.
 *
 * <p>Thread-safe. An interrupt ends a fetch at once. There is nothing to close.
 */
public final class ImageFetcher {
    private final FetchLimits limits;
    private final OkHttpClient guarded;
    private final OkHttpClient open;

    ImageFetcher(FetchLimits limits, Dns names, UnaryOperator<InetSocketAddress> route) {
        this.limits = limits;
        this.guarded = Guard.client(names, route, false);
        this.open = Guard.client(names, route, true);
    }

    /** A fetcher with the limits that {@link FetchLimits} has unless set. */
    public static ImageFetcher of() {
        return of(UnaryOperator.identity());
    }

    /** A fetcher with limits of one's own: {@code ImageFetcher.of(l -> l.trusted("images.intra"))}. */
    public static ImageFetcher of(UnaryOperator<FetchLimits> limits) {
        return new ImageFetcher(limits.apply(FetchLimits.DEFAULT), Dns.SYSTEM, UnaryOperator.identity());
    }

    /**
     * The image at an {@code http} or {@code https} URL, by its bytes.
     *
     * @throws ImageException if it may not be fetched, is not there, or is no image within the limits
     * @throws InterruptedException if the thread is interrupted
     */
    public Part.Image fetch(URI uri) throws InterruptedException {
        Target target = Target.of(uri.toString(), limits);
        Fetch fetch = new Fetch(limits, target, guarded, open);
        FutureTask<Part.Image> task = new FutureTask<>(fetch::run);
        Thread.ofVirtual().name("turbo-image").start(task); // a name lookup notices no interrupt
        try {
            return task.get(limits.time().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ImageException.FetchTimedOut(target.shown(), limits.time());
        } catch (ExecutionException e) {
            throw failure(target, e.getCause());
        } finally {
            fetch.cancel();
        }
    }

    private static ImageException failure(Target target, @Nullable Throwable failure) {
        return failure instanceof ImageException known
                ? known
                : new ImageException.FetchFailed(target.shown(), "it failed with " + failure, failure);
    }
}
