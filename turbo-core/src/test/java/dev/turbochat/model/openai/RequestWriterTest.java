package dev.turbochat.model.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestWriterTest {
    @Test
    void a_request_holds_every_message_and_setting_once() {
        Prompt prompt = new Prompt(
                List.of(
                        new Message.System("Be \"brief\".\n"),
                        new Message.User(List.of(Part.of("Hi \u00FC\uD83D\uDE00")), "ann-1"),
                        new Message.Assistant("Yes?"),
                        new Message.User("Bye")),
                Settings.none()
                        .temperature(0.5)
                        .topP(0.9)
                        .maxTokens(100)
                        .stop("END", "\n")
                        .seed(42)
                        .with(Setting.N, 2)
                        .presencePenalty(-1)
                        .frequencyPenalty(1.5)
                        .logitBias(Map.of("50256", -100))
                        .reasoningEffort("low")
                        .user("u-1")
                        .responseFormat(Map.of("type", "json_object"))
                        .extra("top_k", 5));
        assertThat(written(prompt, "m", false, Quirks.NONE))
                .isEqualTo("{\"model\":\"m\",\"messages\":["
                        + "{\"role\":\"system\",\"content\":\"Be \\\"brief\\\".\\n\"},"
                        + "{\"role\":\"user\",\"name\":\"ann-1\",\"content\":\"Hi \u00FC\uD83D\uDE00\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Yes?\"},"
                        + "{\"role\":\"user\",\"content\":\"Bye\"}],"
                        + "\"temperature\":0.5,\"top_p\":0.9,\"max_tokens\":100,\"stop\":[\"END\",\"\\n\"],\"seed\":42,"
                        + "\"n\":2,\"presence_penalty\":-1.0,\"frequency_penalty\":1.5,\"logit_bias\":{\"50256\":-100},"
                        + "\"reasoning_effort\":\"low\",\"user\":\"u-1\",\"response_format\":{\"type\":\"json_object\"},"
                        + "\"top_k\":5}");
    }

    @Test
    void a_stream_is_asked_for_with_its_usage() {
        assertThat(written(Prompt.of(), "m", true, Quirks.NONE))
                .isEqualTo("{\"model\":\"m\",\"messages\":[],\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void images_make_the_content_a_list() {
        Prompt prompt = Prompt.of(new Message.User(
                List.of(
                        Part.of("What is it?"),
                        Part.Image.of(new byte[] {1, 2}, "image/png"),
                        new Part.Image(URI.create("https://host/a.png"))),
                null));
        assertThat(written(prompt, "m", false, Quirks.NONE))
                .contains("\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AQI=\"}},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://host/a.png\"}}]");
    }

    @Test
    void several_texts_are_one() {
        Prompt prompt = Prompt.of(new Message.User(List.of(Part.of("a"), Part.of("b")), null));
        assertThat(written(prompt, "m", false, Quirks.NONE)).contains("\"content\":\"ab\"");
    }

    @ParameterizedTest
    @CsvSource({"Ann_B-2,true", "Ann B,false", "J\u00F6rg,false", "'',false"})
    void an_author_is_a_name_only_if_it_is_one(String author, boolean sent) {
        Prompt prompt = Prompt.of(new Message.User(List.of(Part.of("a")), author));
        String json = written(prompt, "m", false, Quirks.NONE);
        assertThat(json.contains("\"name\":\"" + author + "\"")).isEqualTo(sent);
        assertThat(json.contains("\"name\"")).isEqualTo(sent);
        assertThat(written(prompt, "m", false, Quirks.NONE.spelling(Map.of("name", ""))))
                .doesNotContain("\"name\"");
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini,max_tokens",
        "llama3,max_tokens",
        "olmo,max_tokens",
        "o1,max_completion_tokens",
        "o1-mini,max_completion_tokens",
        "o3,max_completion_tokens",
        "o4-mini,max_completion_tokens",
        "gpt-5,max_completion_tokens",
        "gpt-5.1-nano,max_completion_tokens",
        "openai/o3,max_completion_tokens",
        "openai/gpt-oss-20b,max_tokens"
    })
    void the_limit_of_tokens_is_spelt_as_the_model_wants_it(String model, String field) {
        Prompt prompt = new Prompt(List.of(), Settings.none().maxTokens(7));
        assertThat(written(prompt, model, false, Quirks.NONE)).contains("\"" + field + "\":7");
        assertThat(written(prompt, model, false, Quirks.NONE.spelling(Map.of("max_tokens", "max_completion_tokens"))))
                .contains("\"max_completion_tokens\":7")
                .doesNotContain("max_tokens");
    }

    @Test
    void fields_are_spelt_as_the_vendor_wants_them() {
        Quirks mistral = Vendor.named("mistral").orElseThrow().quirks();
        Prompt prompt = new Prompt(List.of(), Settings.none().seed(1));
        assertThat(written(prompt, "m", true, mistral))
                .isEqualTo("{\"model\":\"m\",\"messages\":[],\"stream\":true,\"random_seed\":1}");
    }

    @Test
    void an_extra_field_wins() {
        Prompt prompt = new Prompt(
                List.of(),
                Settings.none().temperature(1).extra("temperature", 0.1).extra("model", "x"));
        String json = written(prompt, "m", false, Quirks.NONE);
        assertThat(json).contains("\"temperature\":0.1", "\"model\":\"x\"").doesNotContain("1.0", "\"m\"");
    }

    @Test
    void an_extra_field_that_json_cannot_hold_is_refused() {
        Prompt prompt = new Prompt(List.of(), Settings.none().extra("bad", new StringBuilder[0].getClass()));
        assertThatThrownBy(() -> written(prompt, "m", false, Quirks.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Field 'bad' was given a value of java.lang.Class");
    }

    @Test
    void half_characters_do_not_break_the_request() {
        Prompt prompt = new Prompt(
                List.of(
                        new Message.User("a\uD83D"),
                        new Message.User(List.of(Part.of("\uDE00b"), new Part.Image(URI.create("http://h/x"))), null)),
                Settings.none().stop("\uD83D").extra("\uDE00", "\uD83D"));
        assertThat(written(prompt, "m", false, Quirks.NONE))
                .contains("\"a\uFFFD\"", "\"\uFFFDb\"", "[\"\uFFFD\"]", "\"\uFFFD\":\"\uFFFD\"");
    }

    @Test
    void it_arrives_as_it_was_written_with_its_headers() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            OpenAiModel model = OpenAiModel.at(server.url() + "/v1/", "a b").key("key-1234");
            Prompt prompt = new Prompt(
                    List.of(new Message.User("\u00FC")), Settings.none().model("other"));
            assertThat(Wire.hear(model, prompt).completion().model()).isEqualTo(server.url() + "/v1#other");
            FaultServer.Request request = server.requests().getFirst();
            assertThat(request.line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("authorization", "Bearer key-1234")
                    .containsEntry("content-type", "application/json")
                    .containsEntry("accept", "text/event-stream, application/json")
                    .containsEntry("accept-encoding", "identity");
            assertThat(request.body())
                    .isEqualTo("{\"model\":\"other\",\"messages\":[{\"role\":\"user\",\"content\":\"\u00FC\"}],"
                            + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        }
    }

    private static String written(Prompt prompt, String model, boolean stream, Quirks quirks) {
        return new RequestWriter(prompt, model, stream, quirks).write().readUtf8();
    }
}
