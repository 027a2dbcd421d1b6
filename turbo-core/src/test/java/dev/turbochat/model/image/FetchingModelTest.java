package dev.turbochat.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ImageException;
import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Pictures;
import dev.turbochat.step.Usage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FetchingModelTest {
    private static final Part.Image CAT = new Part.Image(URI.create("http://images.example/cat.png"));
    private static final Part.Image INSIDE = new Part.Image(URI.create("http://10.0.0.1/cat.png"));
    private static final Part.Image BYTES = Part.Image.of(Pictures.png(), "image/png");
    private static final Part.Image OTHER = Part.Image.of(Pictures.webp(), "image/webp");

    private final List<Prompt> asked = new ArrayList<>();
    private final Model model = new Model() {
        @Override
        public Completion complete(Prompt prompt, Listener listener) {
            asked.add(prompt);
            return new Completion(List.of(new Message.Assistant("a cat")), Usage.NONE, "seer");
        }

        @Override
        public String name() {
            return "seer";
        }
    };

    private static final FaultServer.Reply PNG = connection -> connection
            .send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: " + Pictures.png().length
                    + "\r\nConnection: close\r\n\r\n")
            .send(Pictures.png());

    @Test
    void urls_become_bytes_wherever_they_stand_and_nothing_else_changes() throws Exception {
        Message.User user = new Message.User(List.of(Part.of("And this?"), CAT, OTHER), "Ann");
        Message.ToolResult tool = new Message.ToolResult("c1", "camera", List.of(CAT), false);
        try (Outside outside = new Outside(PNG)) {
            FetchingModel fetching = FetchingModel.of(model, outside.fetcher());
            fetching.complete(Prompt.of(new Message.System("Look."), user, tool), Model.Listener.NONE);

            assertThat(asked)
                    .containsExactly(Prompt.of(
                            new Message.System("Look."),
                            new Message.User(List.of(Part.of("And this?"), BYTES, OTHER), "Ann"),
                            new Message.ToolResult("c1", "camera", List.of(BYTES), false)));
            assertThat(fetching.name()).isEqualTo("seer");
        }
    }

    @Test
    void an_image_is_fetched_once_for_many_turns() throws Exception {
        try (Outside outside = new Outside(PNG)) {
            FetchingModel fetching = FetchingModel.of(model, outside.fetcher());
            Prompt prompt = Prompt.of(new Message.User(List.of(CAT, CAT), null));
            fetching.complete(prompt, Model.Listener.NONE);
            fetching.complete(prompt, Model.Listener.NONE);

            assertThat(outside.server.requests()).hasSize(1);
            assertThat(asked).hasSize(2);
        }
    }

    @Test
    void a_model_is_not_asked_without_its_images() throws Exception {
        try (Outside outside = new Outside(PNG)) {
            FetchingModel fetching =
                    FetchingModel.of(model, outside.fetcher(UnaryOperator.identity(), "93.184.216.34"));

            assertThatThrownBy(() -> fetching.complete(
                            Prompt.of(new Message.User(List.of(CAT, INSIDE), null)), Model.Listener.NONE))
                    .isInstanceOf(ModelException.ImageMissing.class)
                    .hasCauseInstanceOf(ImageException.AddressRefused.class)
                    .hasMessage(
                            "Model 'seer' was not asked. Image 'http://10.0.0.1/cat.png' is not fetched: its host is a"
                                    + " private address; give the address of a public server, or name this one as trusted if it is"
                                    + " meant.");
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void the_failure_is_the_same_when_it_is_replayed() {
        ModelException again = ModelException.recorded("image-missing", "seer", "Model 'seer' was not asked.", null);

        assertThat(again).isInstanceOf(ModelException.ImageMissing.class).hasMessage("Model 'seer' was not asked.");
        assertThat(again.code()).isEqualTo("image-missing");
    }

    @Test
    void the_eldest_images_go_when_there_are_too_many() {
        Fetched fetched = new Fetched();
        Part.Image large = Part.Image.of(new byte[10 << 20], "image/png"); // 13 MiB in base 64
        for (int i = 0; i < 4; i++) {
            fetched.put(new Part.Image(URI.create("http://images.example/" + i)), large);
        }

        assertThat(fetched.get(new Part.Image(URI.create("http://images.example/1"))))
                .isNull();
        assertThat(fetched.get(new Part.Image(URI.create("http://images.example/2"))))
                .isNotNull();
        assertThat(fetched.get(new Part.Image(URI.create("http://images.example/3"))))
                .isNotNull();
    }
}
