package dev.turbochat.model.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EventReaderTest {
    private static final Prompt HI = Prompt.of(new Message.User("Hi"));

    private static String start(int index, String block) {
        return "data: {\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}\n\n";
    }

    private static String delta(int index, String delta) {
        return "data: {\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}\n\n";
    }

    private static String stop(int index) {
        return "data: {\"type\":\"content_block_stop\",\"index\":" + index + "}\n\n";
    }

    private static String end(String reason) {
        return "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason + "\"}}\n\n"
                + "data: {\"type\":\"message_stop\"}\n\n";
    }

    private static Completion read(String events, Prompt prompt, String model, List<String> pieces) throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + events)) {
            return AnthropicModel.at(server.url(), model).complete(prompt, pieces::add);
        }
    }

    private static Message.Assistant read(String events) throws Exception {
        return read(events, HI, "claude-opus-5", new ArrayList<>()).candidates().getFirst();
    }

    @Test
    void thoughts_stay_apart_with_a_signature_each_in_any_number_of_pieces() throws Exception {
        Message.Assistant answer = read(start(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
                + delta(0, "{\"type\":\"signature_delta\",\"signature\":\"QQ\"}")
                + delta(0, "{\"type\":\"signature_delta\",\"signature\":\"==\"}")
                + stop(0)
                + start(1, "{\"type\":\"redacted_thinking\",\"data\":\"b3BhcXVl\"}")
                + stop(1)
                + start(2, "{\"type\":\"thinking\",\"thinking\":\"Hm\"}")
                + delta(2, "{\"type\":\"thinking_delta\",\"thinking\":\".\"}")
                + delta(2, "{\"type\":\"signature_delta\",\"signature\":\"Qg==\"}")
                + stop(2)
                + start(3, "{\"type\":\"text\",\"text\":\"Yes\"}")
                + stop(3)
                + end("end_turn"));
        assertThat(answer.parts())
                .containsExactly(
                        new Part.Reasoning("", "anthropic:QQ=="),
                        new Part.Reasoning("", "anthropic-redacted:b3BhcXVl"),
                        new Part.Reasoning("Hm.", "anthropic:Qg=="),
                        Part.of("Yes"));
    }

    @Test
    void a_call_that_the_limit_cut_is_left_out() throws Exception {
        String text = start(0, "{\"type\":\"text\",\"text\":\"I see.\"}") + stop(0);
        String whole = start(1, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"t\",\"input\":{}}")
                + delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}");
        String cut = start(2, "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"t\",\"input\":{}}")
                + delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\": 1\"}");
        Message.Assistant answer = read(text + whole + cut + end("max_tokens"));
        assertThat(answer.finish()).isEqualTo(Message.Finish.LENGTH);
        assertThat(answer.calls()).containsExactly(new ToolCall("a", "t", "{}"));
        assertThatThrownBy(() -> read(cut + end("max_tokens"))).isInstanceOf(ModelException.Truncated.class);
    }

    @Test
    void a_call_without_a_name_is_malformed() {
        assertThatThrownBy(() -> read(start(0, "{\"type\":\"tool_use\",\"id\":\"a\"}") + end("tool_use")))
                .isInstanceOf(ModelException.MalformedAnswer.class)
                .hasMessageContaining("a tool call names no tool");
    }

    @Test
    void an_old_models_answer_by_a_tool_is_a_text() throws Exception {
        Prompt prompt = HI.schema(
                new ResponseSchema("place", JsonMapper.builder().build().readTree("{\"type\":\"object\"}"), true));
        String events = start(0, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"place\",\"input\":{}}")
                + delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}")
                + delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}")
                + stop(0)
                + end("tool_use");
        List<String> pieces = new ArrayList<>();
        Completion completion = read(events, prompt, "claude-3-5-haiku-20241022", pieces);
        assertThat(completion.candidates()).containsExactly(new Message.Assistant("{\"a\":1}"));
        assertThat(pieces).containsExactly("{\"a\":", "1}");
    }

    @Test
    void the_vendors_own_tools_are_passed_over() throws Exception {
        Message.Assistant answer =
                read(start(0, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}")
                        + delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"q\\\":1}\"}")
                        + stop(0)
                        + start(1, "{\"type\":\"web_search_tool_result\",\"content\":[]}")
                        + stop(1)
                        + start(2, "{\"type\":\"text\",\"text\":\"Found.\"}")
                        + stop(2)
                        + end("end_turn"));
        assertThat(answer).isEqualTo(new Message.Assistant("Found."));
    }

    @Test
    void several_candidates_are_as_many_calls() throws Exception {
        String document = "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}],"
                + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":2,\"output_tokens\":3}}";
        try (FaultServer server = FaultServer.answering(200, "application/json", document)) {
            Completion completion = AnthropicModel.at(server.url(), "m")
                    .complete(HI.settings(Settings.none().with(Setting.N, 3)), piece -> {});
            assertThat(completion.candidates()).hasSize(3);
            assertThat(completion.usage()).isEqualTo(new Usage(6, 9));
            assertThat(server.requests()).hasSize(3);
        }
    }
}
