package dev.turbochat.model.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RequestBodyTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Prompt HI = Prompt.of(new Message.User("Hi"));

    private static JsonNode tree(Prompt prompt, String model) {
        byte[] json =
                Json.object(new RequestBody(prompt, model).make()).readUtf8().getBytes(StandardCharsets.UTF_8);
        return Json.tree(json, json.length);
    }

    @Test
    void calls_that_another_model_made_are_marked_as_such_where_the_model_asks_for_signatures() {
        Prompt prompt = Prompt.of(
                new Message.User("Hi"),
                new Message.Assistant(
                        List.of(),
                        Message.Finish.TOOL_CALLS,
                        List.of(new ToolCall("a", "t", "{}", "openai:x"), new ToolCall("b", "t", "{}"))));
        JsonNode parts = tree(prompt, "gemini-3-pro").at("/contents/1/parts");
        assertThat(parts.at("/0/thoughtSignature").asString()).isEqualTo("skip_thought_signature_validator");
        assertThat(parts.at("/1/thoughtSignature").isMissingNode()).isTrue();
        assertThat(tree(prompt, "gemini-2.5-flash")
                        .at("/contents/1/parts/0/thoughtSignature")
                        .isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-flash-latest,low,'{\"thinkingLevel\":\"low\",\"includeThoughts\":true}'",
        "gemini-3-pro,none,'{\"thinkingLevel\":\"minimal\",\"includeThoughts\":true}'",
        "gemini-2.5-flash,none,'{\"thinkingBudget\":0,\"includeThoughts\":false}'",
        "gemini-2.5-flash,medium,'{\"thinkingBudget\":8192,\"includeThoughts\":true}'"
    })
    void an_effort_is_said_as_the_model_takes_it(String model, String effort, String config) {
        assertThat(tree(HI.settings(Settings.none().reasoningEffort(effort)), model)
                        .at("/generationConfig/thinkingConfig"))
                .isEqualTo(MAPPER.readTree(config));
    }

    @Test
    void an_extra_generation_config_wins_field_by_field() {
        Settings settings =
                Settings.none().temperature(1).seed(7).extra("generationConfig", Map.of("temperature", 0.5, "topK", 3));
        assertThat(tree(HI.settings(settings), "gemini-3-pro").path("generationConfig"))
                .hasToString("{\"temperature\":0.5,\"seed\":7,\"topK\":3}");
    }

    @Test
    void every_instruction_goes_before_the_messages_and_messages_of_one_role_are_one() {
        JsonNode body = tree(
                Prompt.of(
                        new Message.System("a"),
                        new Message.User("b"),
                        new Message.System("c"),
                        new Message.User("d"),
                        new Message.Assistant("")),
                "gemini-3-pro");
        assertThat(body.at("/systemInstruction/parts")).hasSize(2);
        assertThat(body.path("contents")).hasSize(1);
        assertThat(body.at("/contents/0/parts")).hasSize(2);
    }

    @Test
    void an_image_has_its_type_if_it_is_known() {
        Prompt prompt = Prompt.of(new Message.User(
                List.of(
                        new Part.Image(URI.create("https://example.org/a.jpg?x=y")),
                        new Part.Image(URI.create("https://example.org/a")),
                        new Part.Image(URI.create("data:image/svg+xml,%3Csvg/%3E"))),
                null));
        JsonNode parts = tree(prompt, "gemini-3-pro").at("/contents/0/parts");
        assertThat(parts.at("/0/fileData/mimeType").asString()).isEqualTo("image/jpeg");
        assertThat(parts.at("/1/fileData/mimeType").isMissingNode()).isTrue();
        assertThat(parts.at("/2/inlineData"))
                .isEqualTo(MAPPER.readTree("{\"mimeType\":\"image/svg+xml\",\"data\":\"PHN2Zy8+\"}"));
    }

    @Test
    void a_failed_result_is_an_error() {
        JsonNode body = tree(Prompt.of(new Message.ToolResult("a", "t", List.of(Part.of("no")), true)), "gemini-3-pro");
        assertThat(body.at("/contents/0/parts/0/functionResponse"))
                .isEqualTo(MAPPER.readTree("{\"id\":\"a\",\"name\":\"t\",\"response\":{\"error\":\"no\"}}"));
    }
}
