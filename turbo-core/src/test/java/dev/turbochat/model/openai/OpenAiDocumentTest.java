package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.hear;
import static dev.turbochat.model.openai.Wire.model;
import static dev.turbochat.model.openai.Wire.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.model.openai.Wire.Heard;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiDocumentTest {
    private static final String DOCUMENT = """
            {"id":"chatcmpl-123","object":"chat.completion","created":1677652288,"model":"gpt-4o-mini",
             "choices":[{"index":0,"message":{"role":"assistant","content":"Hello \u00FC","refusal":null,"annotations":[]},
             "logprobs":null,"finish_reason":"stop"}],
             "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29},"service_tier":"default"}
            """;

    @Test
    void an_answer_asked_for_in_one_piece_is_read() throws Exception {
        try (FaultServer server = FaultServer.answering(200, "application/json", DOCUMENT)) {
            Heard heard = hear(model(server).stream(false));
            assertThat(heard.pieces()).containsExactly("Hello \u00FC");
            assertThat(heard.completion().usage()).isEqualTo(new Usage(19, 10));
            assertThat(server.requests().getFirst().body()).doesNotContain("stream");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream", "text/plain", "application/json; charset=utf-8"})
    void a_document_where_a_stream_was_asked_for_is_read_all_the_same(String type) throws Exception {
        try (FaultServer server = FaultServer.answering(200, type, "\n\n " + DOCUMENT)) {
            assertThat(hear(model(server)).pieces()).containsExactly("Hello \u00FC");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "application/octet-stream"})
    void a_stream_under_another_type_is_read_all_the_same(String type) throws Exception {
        try (FaultServer server = FaultServer.answering(200, type, Wire.WHOLE)) {
            assertThat(hear(model(server)).text()).isEqualTo(Wire.TEXT);
        }
    }

    @Test
    void several_candidates_come_in_order_and_the_listener_hears_none() throws Exception {
        String several = """
                {"choices":[{"index":1,"message":{"content":"two"},"finish_reason":"length"},
                            {"index":0,"message":{"content":"one"},"finish_reason":"stop"},
                            {"index":2,"message":{"content":""},"finish_reason":"content_filter"}]}""";
        try (FaultServer server = FaultServer.answering(200, "application/json", several)) {
            Heard heard = hear(model(server), prompt(s -> s.with(Setting.N, 3)));
            assertThat(heard.pieces()).isEmpty();
            assertThat(heard.completion().candidates())
                    .containsExactly(new Message.Assistant("one"), new Message.Assistant("two", Message.Finish.LENGTH));
            assertThat(heard.completion().usage()).isEqualTo(Usage.NONE);
            assertThat(server.requests().getFirst().body()).contains("\"n\":3").doesNotContain("\"stream\"");
        }
    }

    @Test
    void candidates_that_are_all_none_are_what_the_first_is() {
        assertThatThrownBy(() -> document("""
                        {"choices":[{"index":0,"message":{"content":""},"finish_reason":"content_filter"},
                                    {"index":1,"message":{"content":""},"finish_reason":"stop"}]}""")).isInstanceOf(ModelException.Filtered.class);
        assertThatThrownBy(() -> document("{\"choices\":[]}")).isInstanceOf(ModelException.EmptyAnswer.class);
        assertThatThrownBy(() -> document("{}")).isInstanceOf(ModelException.EmptyAnswer.class);
    }

    @Test
    void a_document_that_ends_at_any_byte_is_a_cut_answer() {
        for (int end = 1; end < DOCUMENT.stripTrailing().length(); end++) {
            String part = DOCUMENT.substring(0, end);
            assertThatThrownBy(() -> document(part)).isInstanceOf(ModelException.StreamCut.class);
        }
    }

    @Test
    void a_body_shorter_than_announced_is_a_cut_answer() throws Exception {
        String whole = FaultServer.document(200, "application/json", DOCUMENT);
        try (FaultServer server = FaultServer.sending(whole.substring(0, whole.length() - 20))) {
            assertThatThrownBy(() -> hear(model(server))).isInstanceOf(ModelException.StreamCut.class);
        }
    }

    @Test
    void no_body_at_all_is_a_cut_answer() {
        assertThatThrownBy(() -> document("")).isInstanceOf(ModelException.StreamCut.class);
        assertThatThrownBy(() -> document(" \n")).isInstanceOf(ModelException.StreamCut.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!DOCTYPE html><html>login</html>", "It works!", "4242424242", "\"text\""})
    void a_body_that_is_neither_is_malformed_and_not_shown(String body) throws Exception {
        try (FaultServer server = FaultServer.answering(200, "text/html", body)) {
            assertThatThrownBy(() -> hear(model(server)))
                    .isInstanceOf(ModelException.MalformedAnswer.class)
                    .hasMessageContaining(
                            "neither JSON nor an event stream came, but text/html; check that the address")
                    .hasMessageNotContaining(body);
        }
    }

    @Test
    void more_after_the_document_is_malformed() {
        assertThatThrownBy(() -> document(DOCUMENT + "{}")).isInstanceOf(ModelException.MalformedAnswer.class);
    }

    private static Heard document(String body) throws Exception {
        try (FaultServer server = FaultServer.answering(200, "application/json", body)) {
            return hear(model(server));
        }
    }
}
