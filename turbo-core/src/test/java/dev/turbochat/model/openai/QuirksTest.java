package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.finish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What vendors and servers do differently. */
class QuirksTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static Quirks of(String vendor) {
        return Vendor.named(vendor).orElseThrow().quirks();
    }

    private static JsonNode written(Prompt prompt, Quirks quirks) {
        return MAPPER.readTree(
                new RequestWriter(prompt, "m", false, quirks).write().readUtf8());
    }

    private static Completion read(String events, Quirks quirks) throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + events)) {
            Endpoint endpoint = Endpoint.at(server.url(), "a test", null, "do nothing");
            return new OpenAiModel("test:", "m", endpoint, quirks, true).complete(Wire.prompt(), piece -> {});
        }
    }

    private static Message.Assistant read(String events) throws Exception {
        return read(events, Quirks.NONE).candidates().getFirst();
    }

    private static String delta(String delta) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{" + delta + "}}]}\n\n";
    }

    private static Message.Assistant thinking() {
        return new Message.Assistant(
                List.of(new Part.Reasoning("Hm.", null)),
                Message.Finish.TOOL_CALLS,
                List.of(new ToolCall("call-1", "t", "")));
    }

    // Calls

    @Test
    void calls_under_the_same_index_are_told_apart_by_their_ids() throws Exception {
        Message.Assistant answer = read(delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"t\","
                        + "\"arguments\":\"{}\"}}]")
                + delta("\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"t\",\"arguments\":\"{\"}}]")
                + delta("\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"arguments\":\"}\"}}]")
                + finish("stop"));
        assertThat(answer.calls()).containsExactly(new ToolCall("a", "t", "{}"), new ToolCall("b", "t", "{}"));
        assertThat(answer.finish()).isEqualTo(Message.Finish.TOOL_CALLS); // though the server says stop
    }

    @Test
    void calls_without_an_index_are_told_apart_by_their_names() throws Exception {
        Message.Assistant answer =
                read(delta("\"tool_calls\":[{\"function\":{\"name\":\"t\",\"arguments\":{\"a\":1.10}}},"
                                + "{\"function\":{\"name\":\"t\",\"arguments\":\"{\"}}]")
                        + delta("\"tool_calls\":[{\"function\":{\"arguments\":\"}\"}}]")
                        + finish("tool_calls"));
        assertThat(answer.calls().stream().map(ToolCall::arguments)).containsExactly("{\"a\":1.10}", "{}");
        assertThat(answer.calls().stream().map(ToolCall::id))
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).startsWith("call-"));
    }

    @Test
    void the_old_form_of_a_call_is_one() throws Exception {
        Message.Assistant answer = read(delta("\"function_call\":{\"name\":\"t\",\"arguments\":\"\"}")
                + delta("\"function_call\":{\"arguments\":\"{}\"}")
                + finish("function_call"));
        assertThat(answer.calls()).hasSize(1);
        assertThat(answer.calls().getFirst().arguments()).isEqualTo("{}");
    }

    @Test
    void pieces_of_calls_may_come_mixed() throws Exception {
        Message.Assistant answer =
                read(delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"t\"}},"
                                + "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"u\"}}]")
                        + delta("\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{\\\"b\\\":\"}}]")
                        + delta("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]")
                        + delta("\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"2}\"}}]")
                        + finish("tool_calls"));
        assertThat(answer.calls()).containsExactly(new ToolCall("a", "t", "{}"), new ToolCall("b", "u", "{\"b\":2}"));
    }

    @Test
    void ids_of_calls_are_made_to_fit_mistral() {
        Prompt prompt = Prompt.of(thinking(), new Message.ToolResult(new ToolCall("call-1", "t", ""), "r"));
        JsonNode request = written(prompt, of("mistral"));
        String id = request.at("/messages/0/tool_calls/0/id").asString();
        assertThat(id).matches("[a-zA-Z0-9]{9}");
        assertThat(request.at("/messages/1/tool_call_id").asString()).isEqualTo(id);
    }

    @Test
    void images_that_a_tool_returned_follow_its_results() {
        Prompt prompt = Prompt.of(
                new Message.ToolResult(
                        "a", "t", List.of(Part.of("see"), Part.Image.of(new byte[] {1, 2}, "image/png")), false),
                new Message.ToolResult("b", "t", List.of(Part.of("done")), false),
                new Message.Assistant("I see."));
        JsonNode messages = written(prompt, Quirks.NONE).path("messages");
        assertThat(messages.valueStream().map(message -> message.path("role").asString()))
                .containsExactly("tool", "tool", "user", "assistant");
        assertThat(messages.at("/2/content/0/image_url/url").asString()).isEqualTo("data:image/png;base64,AQI=");
    }

    // Thoughts

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"reasoning_content\":\"Hm.\"",
                "\"reasoning\":\"Hm.\"",
                "\"thinking\":\"Hm.\"",
                "\"reasoning\":\"Hm.\",\"reasoning_content\":\"Hm.\"",
                "\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]}]"
            })
    void a_thought_is_one_under_every_name(String delta) throws Exception {
        assertThat(read(delta(delta) + delta("\"content\":\"Yes.\"") + finish("stop"))
                        .parts())
                .containsExactly(new Part.Reasoning("Hm.", null), Part.of("Yes."));
    }

    @Test
    void deepseek_is_told_what_it_thought_before_it_called() {
        assertThat(written(Prompt.of(thinking()), of("deepseek"))
                        .at("/messages/0/reasoning_content")
                        .asString())
                .isEqualTo("Hm.");
        assertThat(written(Prompt.of(new Message.Assistant("Hi.")), of("deepseek"))
                        .toString())
                .doesNotContain("reasoning_content");
        assertThat(written(Prompt.of(thinking()), of("openai")).toString()).doesNotContain("Hm.");
    }

    @Test
    void openrouter_gets_back_what_it_says_of_a_thought() throws Exception {
        String one = "{\"type\":\"reasoning.text\",\"text\":\"H\",\"index\":0}";
        String other = "{\"type\":\"reasoning.encrypted\",\"data\":\"eA==\",\"index\":1}";
        Message.Assistant answer = read(
                        delta("\"reasoning\":\"H\",\"reasoning_details\":[" + one + "]")
                                + delta("\"reasoning_details\":[" + other + "]")
                                + delta("\"content\":\"Yes.\"")
                                + finish("stop"),
                        of("openrouter"))
                .candidates()
                .getFirst();
        assertThat(written(Prompt.of(answer), of("openrouter")).at("/messages/0/reasoning_details"))
                .isEqualTo(MAPPER.readTree("[" + one + "," + other + "]"));
        assertThat(written(Prompt.of(answer), of("openai")).toString()).doesNotContain("reasoning");
    }

    // Usage, schemas, the cache

    @Test
    void tokens_are_counted_as_each_vendor_tells_them() throws Exception {
        String hi = delta("\"content\":\"Hi\"") + finish("stop");
        assertThat(read(
                                hi
                                        + "data: {\"x_groq\":{\"id\":\"r\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}}\n\n",
                                Quirks.NONE)
                        .usage())
                .isEqualTo(new Usage(3, 4));
        assertThat(read(
                                hi + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,"
                                        + "\"total_tokens\":12,\"completion_tokens_details\":{\"reasoning_tokens\":5}}}\n\n",
                                of("xai"))
                        .usage())
                .isEqualTo(new Usage(3, 9, 0, 0, 5));
        assertThat(read(
                                hi + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,"
                                        + "\"prompt_cache_hit_tokens\":2,\"prompt_cache_miss_tokens\":1}}\n\n",
                                of("deepseek"))
                        .usage())
                .isEqualTo(new Usage(3, 4, 2, 0, 0));
    }

    @Test
    void who_cannot_be_held_to_a_schema_is_told_it_in_words() {
        ResponseSchema schema = new ResponseSchema("x", MAPPER.readTree("{\"type\":\"object\"}"), true);
        Prompt prompt = Wire.prompt().schema(schema);
        JsonNode told = written(prompt, of("deepseek"));
        assertThat(told.path("response_format")).isEqualTo(MAPPER.readTree("{\"type\":\"json_object\"}"));
        assertThat(told.at("/messages/1/content").asString()).contains("JSON schema", "{\"type\":\"object\"}");
        assertThat(written(prompt, Quirks.NONE).path("messages")).hasSize(1);
        Prompt own = prompt.settings(Settings.none().responseFormat(java.util.Map.of("type", "text")));
        assertThat(written(own, Quirks.NONE).path("response_format")).isEqualTo(MAPPER.readTree("{\"type\":\"text\"}"));
    }

    @Test
    void only_openai_is_told_how_long_to_keep_a_prompt_and_only_if_that_is_long() {
        Quirks official = Quirks.NONE.spelling("prompt_cache", "prompt_cache_retention");
        Prompt day = Wire.prompt(s -> s.promptCache(Duration.ofDays(1)));
        assertThat(written(day, official).path("prompt_cache_retention").asString())
                .isEqualTo("24h");
        assertThat(written(Wire.prompt(s -> s.promptCache(Duration.ofMinutes(5))), official)
                        .toString())
                .doesNotContain("prompt_cache");
        assertThat(written(day, of("groq")).toString()).doesNotContain("prompt_cache");
    }
}
