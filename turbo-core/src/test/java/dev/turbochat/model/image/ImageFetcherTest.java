package dev.turbochat.model.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.turbochat.error.ImageException;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Part;
import dev.turbochat.step.Pictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFetcherTest {
    private static final URI CAT = URI.create("http://images.example/cat.png?key=s3cret");
    private static final String SHOWN = "Image 'http://images.example/cat.png' ";

    private static FaultServer.Reply sends(String type, byte[] body, String... headers) {
        return connection -> connection.send(head(type, body.length, headers)).send(body);
    }

    private static String head(String type, long length, String... headers) {
        String more = String.join("\r\n", headers);
        return "HTTP/1.1 200 OK\r\n" + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + "Content-Length: "
                + length + "\r\nConnection: close\r\n" + more + (more.isEmpty() ? "" : "\r\n") + "\r\n";
    }

    private static String redirect(String to) {
        return "HTTP/1.1 307 Elsewhere\r\nLocation: " + to
                + "\r\nSet-Cookie: a=b; Domain=example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    private static Throwable failure(FaultServer.Reply reply, UnaryOperator<FetchLimits> limits) throws IOException {
        try (Outside outside = new Outside(reply)) {
            return catchThrowable(() -> outside.fetcher(limits, Outside.PUBLIC).fetch(CAT));
        }
    }

    private static Throwable failure(FaultServer.Reply reply) throws IOException {
        return failure(reply, UnaryOperator.identity());
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "image/png; charset=binary", "image/x-png", "application/octet-stream", ""})
    void an_image_comes_by_its_bytes(String type) throws Exception {
        try (Outside outside = new Outside(sends(type, Pictures.png()))) {
            assertThat(outside.fetcher().fetch(CAT)).isEqualTo(Part.Image.of(Pictures.png(), "image/png"));
        }
    }

    @Test
    void nothing_is_sent_along() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (Outside outside = new Outside(connection -> {
            if (requests.getAndIncrement() == 0) {
                connection.send(redirect("//pictures.example/dog.png"));
            } else {
                sends("image/png", Pictures.png()).send(connection);
            }
        })) {
            outside.fetcher().fetch(CAT);

            assertThat(outside.server.requests())
                    .extracting(request -> request.headers().keySet())
                    .allSatisfy(headers -> assertThat(headers)
                            .containsExactlyInAnyOrder(
                                    "accept", "accept-encoding", "connection", "host", "user-agent"));
            assertThat(outside.lookedUp).containsExactly("images.example", "pictures.example");
        }
    }

    @Test
    void redirects_are_followed_so_far() throws IOException {
        assertThat(failure(connection -> connection.send(redirect("/round"))))
                .isInstanceOf(ImageException.FetchFailed.class)
                .hasMessage(
                        SHOWN + "could not be fetched: it was redirected more than 5 times; check the address, or try"
                                + " again.");
    }

    @Test
    void a_status_is_said() throws IOException {
        assertThat(failure(connection -> connection.send(FaultServer.document(404, "text/html", "<p>"))))
                .isInstanceOf(ImageException.FetchFailed.class)
                .hasMessage(SHOWN + "could not be fetched: its host answered with status 404; check the address, or try"
                        + " again.");
    }

    @Test
    void more_bytes_than_allowed_are_not_taken_whatever_was_announced() throws IOException {
        byte[] large = Arrays.copyOf(Pictures.png(), 200_000);

        assertThat(failure(sends("image/png", large), l -> l.bytes(100_000)))
                .isInstanceOf(ImageException.ImageTooLarge.class)
                .hasMessage(
                        SHOWN + "is too large: more than 100000 bytes, which are the most; make it smaller, or allow"
                                + " more.");
        assertThat(failure(
                        connection -> {
                            connection.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n");
                            while (true) {
                                connection.send(large);
                            }
                        },
                        l -> l.bytes(1_000_000)))
                .isInstanceOf(ImageException.ImageTooLarge.class);
    }

    @Test
    void a_bomb_is_counted_as_it_is_unpacked() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(Pictures.png());
            for (int i = 0; i < 64; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        assertThat(packed.size()).isLessThan(100_000);

        assertThat(failure(sends("image/png", packed.toByteArray(), "Content-Encoding: gzip"), l -> l.bytes(2 << 20)))
                .isInstanceOf(ImageException.ImageTooLarge.class);
    }

    @Test
    void more_pixels_than_allowed_are_not_taken() throws IOException {
        assertThat(failure(sends("image/png", Pictures.claiming(50_000, 50_000))))
                .isInstanceOf(ImageException.ImageTooLarge.class)
                .hasMessage(
                        SHOWN + "is too large: 50000 x 50000 pixels, where 50000000 are the most; make it smaller, or"
                                + " allow more.");
    }

    @Test
    void an_announced_length_that_does_not_come_is_a_failure() throws IOException {
        byte[] png = Pictures.png();

        assertThat(failure(connection ->
                        connection.send(head("image/png", 9_999_999)).send(png)))
                .isInstanceOf(ImageException.FetchFailed.class)
                .hasMessageStartingWith(SHOWN + "could not be fetched: the connection failed (");
        assertThat(failure(connection -> connection.send(head("image/png", 40)).send(png)))
                .isInstanceOf(ImageException.NotAnImage.class)
                .hasMessage(SHOWN + "is cut off after 40 bytes; get it again, whole.");
    }

    @Test
    void an_image_without_an_end_is_cut_off() throws IOException {
        byte[] png = Pictures.png();
        String head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n";

        assertThat(failure(connection -> connection.send(head).send(Arrays.copyOf(png, png.length - 1))))
                .isInstanceOf(ImageException.NotAnImage.class)
                .hasMessage(SHOWN + "is cut off after " + (png.length - 1) + " bytes; get it again, whole.");
    }

    @ParameterizedTest
    @CsvSource({
        "image/svg+xml, <svg/>",
        "image/png, <html>",
        "application/octet-stream, <!doctype html>",
        "'', <?xml ?>"
    })
    void a_text_is_no_image(String type, String body) throws IOException {
        assertThat(failure(sends(type, body.getBytes(UTF_8))))
                .isInstanceOf(ImageException.NotAnImage.class)
                .hasMessage(
                        SHOWN + "is not a PNG, JPEG, GIF or WebP image but a text such as HTML or SVG; convert it to"
                                + " one of these.");
    }

    @Test
    void a_page_is_no_image_even_if_it_looks_like_one() throws IOException {
        assertThat(failure(sends("text/html; charset=utf-8", Pictures.png())))
                .isInstanceOf(ImageException.NotAnImage.class)
                .hasMessage(SHOWN + "is no image but text/html; check that the URL is that of the image itself.");
    }

    @Test
    void an_image_that_is_called_another_is_refused() throws IOException {
        assertThat(failure(sends("image/jpeg", Pictures.png())))
                .isInstanceOf(ImageException.NotAnImage.class)
                .hasMessage(
                        SHOWN + "is called image/jpeg by its host and is image/png by its content; have its host say"
                                + " what it is.");
    }

    @Test
    void only_kinds_that_are_wanted_are_taken() throws IOException {
        assertThat(failure(sends("", Pictures.webp()), l -> l.mediaTypes(List.of("image/png"))))
                .isInstanceOf(ImageException.NotAnImage.class)
                .hasMessage(SHOWN + "is image/webp; use one of [image/png].");
    }

    @Test
    void a_host_that_drips_is_left_and_told_so() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        FaultServer.Reply drip = connection -> {
            connection.send(head("image/png", 1 << 20));
            try {
                while (!new Semaphore(0).tryAcquire(20, TimeUnit.MILLISECONDS)) {
                    connection.send(new byte[] {1});
                }
            } finally {
                left.countDown();
            }
        };
        try (Outside outside = new Outside(drip)) {
            ImageFetcher fetcher = outside.fetcher(l -> l.time(Duration.ofMillis(400)), Outside.PUBLIC);

            assertThatThrownBy(() -> fetcher.fetch(CAT))
                    .isInstanceOf(ImageException.FetchTimedOut.class)
                    .hasMessage(SHOWN + "took too long: it did not come within 400 ms; try again, or allow more time.");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_resolver_that_does_not_answer_is_not_waited_for() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (Outside outside = new Outside(sends("image/png", Pictures.png()))) {
            ImageFetcher fetcher = outside.fetcher(l -> l.time(Duration.ofMillis(300)), host -> {
                try {
                    done.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return List.of(Outside.address(Outside.PUBLIC));
            });

            assertThatThrownBy(() -> fetcher.fetch(CAT)).isInstanceOf(ImageException.FetchTimedOut.class);
            done.countDown();
            assertThat(outside.server.requests()).isEmpty();
        }
    }

    @Test
    void an_interrupt_ends_a_fetch_and_its_connection() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (Outside outside = new Outside(connection -> {
            asked.countDown();
            connection.awaitClosed();
            left.countDown();
        })) {
            FutureTask<Throwable> fetch = new FutureTask<>(
                    () -> catchThrowable(() -> outside.fetcher().fetch(CAT)));
            Thread thread = Thread.ofPlatform().start(fetch);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();

            assertThat(fetch.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_trusted_host_may_be_anywhere_at_that_port_only() throws Exception {
        try (FaultServer server = FaultServer.that(sends("image/png", Pictures.png()))) {
            URI here = URI.create(server.url() + "/cat.png");

            assertThatThrownBy(() -> ImageFetcher.of().fetch(here)).isInstanceOf(ImageException.AddressRefused.class);
            assertThatThrownBy(
                            () -> ImageFetcher.of(l -> l.trusted("127.0.0.1:1")).fetch(here))
                    .isInstanceOf(ImageException.AddressRefused.class);
            assertThat(ImageFetcher.of(l -> l.trusted("127.0.0.1:" + server.port()))
                            .fetch(here))
                    .isEqualTo(Part.Image.of(Pictures.png()));
            assertThat(ImageFetcher.of(l -> l.trusted("127.0.0.1")).fetch(here))
                    .isEqualTo(Part.Image.of(Pictures.png()));
        }
    }

    @Test
    void trust_does_not_follow_a_redirect() throws Exception {
        try (FaultServer server = FaultServer.sending(redirect("http://127.0.0.2/"))) {
            ImageFetcher fetcher = ImageFetcher.of(l -> l.trusted("127.0.0.1"));

            assertThatThrownBy(() -> fetcher.fetch(URI.create(server.url())))
                    .isInstanceOf(ImageException.AddressRefused.class)
                    .hasMessageStartingWith("Image 'http://127.0.0.2/' is not fetched: its host is a loopback address");
        }
    }

    @Test
    void a_host_that_nobody_knows_is_said() throws Exception {
        try (Outside outside = new Outside(connection -> {})) {
            ImageFetcher fetcher = outside.fetcher(UnaryOperator.identity(), host -> {
                throw new UnknownHostException(host);
            });

            assertThatThrownBy(() -> fetcher.fetch(CAT))
                    .isInstanceOf(ImageException.FetchFailed.class)
                    .hasMessageStartingWith(SHOWN + "could not be fetched: nobody knows its host;");
        }
    }

    @Test
    void limits_that_let_nothing_through_are_refused() {
        assertThatThrownBy(() -> ImageFetcher.of(l -> l.bytes(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Images are to be fetched within 0 bytes, 50000000 pixels, PT20S and 5 redirects; set limits"
                                + " above zero and below 2 GiB.");
    }
}
