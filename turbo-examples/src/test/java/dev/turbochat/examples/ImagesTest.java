package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.turbochat.Chat;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.image.FetchingModel;
import dev.turbochat.model.image.ImageFetcher;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images as docs/images.md shows them. */
class ImagesTest {
    private static final byte[] PIXEL = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

    @TempDir
    Path folder;

    private final AtomicInteger fetches = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            fetches.incrementAndGet();
            exchange.getResponseHeaders().add("Content-Type", "image/webp");
            exchange.sendResponseHeaders(200, PIXEL.length);
            exchange.getResponseBody().write(PIXEL);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/cat.webp");
    }

    private ImageFetcher trusting() {
        return ImageFetcher.of(l -> l.trusted("localhost"));
    }

    private static void describe(Chat chat, Path file) {
        Part.Image photo = chat.effect("photo", Part.Image.class, () -> Part.Image.of(file)); // read once
        chat.emit(new Message.User(List.of(Part.of("What is this?"), photo), null));
        chat.generate();
    }

    private static void describe(Chat chat, URI uri, ImageFetcher images) {
        Part.Image photo = chat.effect("photo", Part.Image.class, () -> images.fetch(uri)); // this image for good
        chat.emit(new Message.User(List.of(Part.of("What is this?"), photo), null));
        chat.generate();
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_model_sees_a_file(Life life) throws IOException {
        Path file = Files.write(folder.resolve("cat.jpg"), PIXEL);
        ScriptedModel model = ScriptedModel.replies("A cat.");
        life.lead(Script.ofRoutine(chat -> describe(chat, file)))
                .model(model)
                .says("A cat.")
                .ends();

        assertThat(seen(model.lastPrompt())).isEqualTo(Part.Image.of(PIXEL, "image/webp"));
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_model_sees_what_was_fetched(Life life) {
        ScriptedModel model = ScriptedModel.replies("A cat.");
        life.lead(Script.ofRoutine(chat -> describe(chat, uri(), trusting())))
                .model(model)
                .says("A cat.")
                .ends();

        assertThat(seen(model.lastPrompt())).isEqualTo(Part.Image.of(PIXEL));
    }

    @Test
    void a_model_that_does_not_fetch_is_sent_the_bytes() throws Exception {
        ScriptedModel seer = ScriptedModel.replies("A cat.");
        Message.User asked = new Message.User(List.of(new Part.Image(uri())), null);
        FetchingModel.of(seer, trusting()).complete(Prompt.of(asked), Model.Listener.NONE);

        assertThat(seen(seer.lastPrompt())).isEqualTo(Part.Image.of(PIXEL));
        assertThat(fetches).hasValue(1);
    }

    @Test
    void limits_are_set_in_a_line() {
        Model model = FetchingModel.of(Models.of("ollama:llava"), ImageFetcher.of(l -> l.bytes(5 << 20)));
        ImageFetcher images = ImageFetcher.of(l -> l.time(Duration.ofSeconds(5)).mediaTypes(List.of("image/png")));

        assertThat(model.name()).isEqualTo("ollama:llava");
        assertThat(images).isNotNull();
    }

    private static Part.Image seen(Prompt prompt) {
        return prompt.messages().getFirst().parts().stream()
                .filter(Part.Image.class::isInstance)
                .map(Part.Image.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
