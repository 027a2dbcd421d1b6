package dev.turbochat.model.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RequestBodyTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Prompt HI = Prompt.of(new Message.User("Hi"));
    private static final JsonNode SCHEMA = MAPPER.readTree("{\"type\":\"object\"}");

    private static String written(Prompt prompt, String model) {
        return Json.object(new RequestBody(prompt, model).make(false)).readUtf8();
    }

    private static JsonNode tree(Prompt prompt, String model) {
        byte[] json = written(prompt, model).getBytes(StandardCharsets.UTF_8);
        return Json.tree(json, json.length);
    }

    private static Prompt with(Settings settings) {
        return HI.settings(settings);
    }

    @Test
    void the_smallest_request_has_its_limit_of_tokens() {
        assertThat(written(HI, "claude-haiku-4-5"))
                .isEqualTo("{\"model\":\"claude-haiku-4-5\",\"max_tokens\":8192,\"messages\":[{\"role\":\"user\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-sonnet-20241022,3,5",
        "claude-3-haiku-20240307,3,0",
        "claude-sonnet-4-20250514,4,0",
        "claude-opus-4-1-20250805,4,1",
        "claude-haiku-4-5,4,5",
        "claude-opus-4-6,4,6",
        "claude-opus-5,5,0",
        "claude-fable-5-1,5,1",
        "anthropic.claude-opus-4-6-v1,4,6",
        "claude-latest,2147483647,0"
    })
    void the_name_tells_how_new_a_model_is(String name, int major, int minor) {
        assertThat(Generation.of(name)).isEqualTo(new Generation(major, minor));
    }

    @Test
    void messages_of_one_role_are_one_and_empty_texts_are_left_out() {
        JsonNode messages = tree(
                        Prompt.of(
                                new Message.User("a"),
                                new Message.User(""),
                                new Message.User(List.of(Part.of(" "), Part.of("b")), null),
                                new Message.Assistant(""),
                                new Message.User("c")),
                        "claude-opus-5")
                .path("messages");
        assertThat(messages).hasSize(1);
        assertThat(messages.at("/0/content")).hasSize(3);
    }

    @Test
    void every_instruction_goes_before_the_messages() {
        JsonNode body = tree(
                Prompt.of(new Message.System("a"), new Message.User("b"), new Message.System("c")), "claude-opus-5");
        assertThat(body.at("/system/0/text").asString()).isEqualTo("a");
        assertThat(body.at("/system/1/text").asString()).isEqualTo("c");
        assertThat(body.path("messages")).hasSize(1);
    }

    @Test
    void the_cache_is_marked_behind_what_stays_and_behind_the_newest() {
        Prompt prompt = new Prompt(
                List.of(
                        new Message.System("a"),
                        new Message.User("b"),
                        new Message.Assistant("c"),
                        new Message.System("d"),
                        new Message.User("e")),
                Settings.none().promptCache(Duration.ofMinutes(5)));
        String body = written(prompt, "claude-opus-5");
        String mark = "\"cache_control\":{\"type\":\"ephemeral\"}";
        assertThat(body.split(java.util.regex.Pattern.quote(mark), -1)).hasSize(3);
        assertThat(body).contains("\"text\":\"a\"," + mark, "\"text\":\"e\"," + mark);
        Prompt tools = HI.tools(List.of(new ToolSpec("t", "", SCHEMA)))
                .settings(Settings.none().promptCache(Duration.ofHours(1)));
        assertThat(tree(tools, "claude-opus-5").at("/tools/0/cache_control/ttl").asString())
                .isEqualTo("1h");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-6,low,'{\"type\":\"adaptive\",\"display\":\"summarized\"}',low",
        "claude-opus-5,minimal,'{\"type\":\"adaptive\",\"display\":\"summarized\"}',low",
        "claude-opus-5,max,'{\"type\":\"adaptive\",\"display\":\"summarized\"}',max",
        "claude-haiku-4-5,low,'{\"type\":\"enabled\",\"budget_tokens\":2048}',''",
        "claude-haiku-4-5,high,'{\"type\":\"enabled\",\"budget_tokens\":24576}',''",
        "claude-haiku-4-5,none,'{\"type\":\"disabled\"}',''"
    })
    void an_effort_is_said_as_the_model_takes_it(String model, String effort, String thinking, String output) {
        JsonNode body = tree(with(Settings.none().reasoningEffort(effort)), model);
        assertThat(body.path("thinking")).isEqualTo(MAPPER.readTree(thinking));
        assertThat(body.at("/output_config/effort").asString("")).isEqualTo(output);
    }

    @Test
    void there_is_room_for_an_answer_behind_the_thought() {
        JsonNode own = tree(with(Settings.none().reasoningEffort("high")), "claude-haiku-4-5");
        assertThat(own.path("max_tokens").asInt()).isEqualTo(8192 + 24576);
        JsonNode small = tree(with(Settings.none().reasoningEffort("high").maxTokens(2000)), "claude-haiku-4-5");
        assertThat(small.path("max_tokens").asInt()).isEqualTo(2000);
        assertThat(small.at("/thinking/budget_tokens").asInt()).isEqualTo(1999);
        JsonNode none = tree(with(Settings.none().reasoningEffort("high").maxTokens(1000)), "claude-haiku-4-5");
        assertThat(none.path("thinking").isMissingNode()).isTrue();
    }

    @Test
    void an_old_model_is_held_to_a_schema_by_a_tool() {
        Prompt prompt = HI.schema(new ResponseSchema("place", SCHEMA, true));
        JsonNode body = tree(prompt, "claude-opus-4-1-20250805");
        assertThat(body.at("/tools/0/input_schema")).isEqualTo(SCHEMA);
        assertThat(body.path("tool_choice")).isEqualTo(MAPPER.readTree("{\"type\":\"tool\",\"name\":\"place\"}"));
        assertThat(body.path("output_config").isMissingNode()).isTrue();
        JsonNode both = tree(prompt.tools(List.of(new ToolSpec("t", "", SCHEMA))), "claude-opus-4-1-20250805");
        assertThat(both.path("tools")).hasSize(2);
        assertThat(both.at("/tool_choice/type").asString()).isEqualTo("any");
    }

    @Test
    void a_thought_that_the_vendor_keeps_to_itself_goes_back_and_one_without_a_signature_does_not() {
        JsonNode content = tree(
                        Prompt.of(
                                new Message.User("Hi"),
                                new Message.Assistant(
                                        List.of(
                                                new Part.Reasoning("", "anthropic-redacted:b3BhcXVl"),
                                                new Part.Reasoning("unsigned", null),
                                                Part.of("Hello")),
                                        Message.Finish.COMPLETE)),
                        "claude-opus-5")
                .at("/messages/1/content");
        assertThat(content).hasSize(2);
        assertThat(content.path(0))
                .isEqualTo(MAPPER.readTree("{\"type\":\"redacted_thinking\",\"data\":\"b3BhcXVl\"}"));
    }

    @Test
    void an_id_of_another_vendors_is_made_to_fit() {
        ToolCall call = new ToolCall("functions.get:0", "get", "{}");
        JsonNode messages = tree(
                        Prompt.of(
                                new Message.User("Hi"),
                                new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(call)),
                                new Message.ToolResult(call, "")),
                        "claude-opus-5")
                .path("messages");
        assertThat(messages.at("/1/content/0/id").asString()).isEqualTo("functions_get_0");
        assertThat(messages.at("/2/content/0/tool_use_id").asString()).isEqualTo("functions_get_0");
        assertThat(messages.at("/2/content/0/content")).isEmpty();
    }
}
