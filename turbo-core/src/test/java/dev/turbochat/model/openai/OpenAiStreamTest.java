package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.hear;
import static dev.turbochat.model.openai.Wire.model;
import static dev.turbochat.model.openai.Wire.piece;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.model.openai.Wire.Heard;
import dev.turbochat.step.Message.Finish;
import dev.turbochat.step.Usage;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiStreamTest {
    @Test
    void the_documented_stream_is_heard_piece_by_piece() throws Exception {
        Heard heard = stream(Wire.WHOLE);
        assertThat(heard.pieces()).containsExactly("Hello", " w\u00F6rld \uD83D\uDE00");
        assertThat(heard.text()).isEqualTo(Wire.TEXT);
        assertThat(heard.completion().usage()).isEqualTo(new Usage(9, 12, 3, 0, 0));
        assertThat(heard.completion().candidates().getFirst().finish()).isEqualTo(Finish.COMPLETE);
        assertThat(heard.completion().model()).startsWith("http://127.0.0.1:").endsWith("/v1#test");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_stream_ended_at_any_byte_is_an_error_until_it_has_finished(boolean chunked) throws Exception {
        byte[] body = Wire.WHOLE.getBytes(UTF_8);
        int finished = (Wire.STREAM + Wire.FINISH).getBytes(UTF_8).length;
        AtomicInteger end = new AtomicInteger();
        try (FaultServer server = FaultServer.that(connection -> {
            if (chunked) {
                connection.send(FaultServer.CHUNKED);
                if (end.get() > 0) {
                    connection.chunk(body, 0, end.get());
                }
            } else {
                connection.send(FaultServer.STREAM).send(Arrays.copyOf(body, end.get()));
            }
        })) {
            for (; end.get() < body.length; end.incrementAndGet()) {
                if (end.get() >= finished) {
                    assertThat(hear(model(server)).text()).isEqualTo(Wire.TEXT);
                } else {
                    assertThatThrownBy(() -> hear(model(server)))
                            .as("ended at %s", end)
                            .isInstanceOf(ModelException.StreamCut.class);
                }
            }
        }
    }

    @Test
    void a_cut_stream_tells_how_much_had_come() {
        assertThatThrownBy(() -> stream(Wire.STREAM))
                .isInstanceOf(ModelException.StreamCut.class)
                .hasMessageContaining("broke off in the middle of its answer, after 2 pieces of text; try again.");
    }

    @Test
    void a_reset_connection_is_a_cut_stream() throws Exception {
        try (FaultServer server = FaultServer.that(connection -> {
            connection.send(FaultServer.CHUNKED).chunk(Wire.STREAM);
            connection.reset();
        })) {
            assertThatThrownBy(() -> hear(model(server)))
                    .isInstanceOf(ModelException.StreamCut.class)
                    .hasCauseInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void a_connection_reset_after_the_finish_leaves_the_answer_complete() throws Exception {
        try (FaultServer server = FaultServer.that(connection -> {
            connection.send(FaultServer.CHUNKED).chunk(Wire.STREAM + Wire.FINISH);
            connection.reset();
        })) {
            try {
                assertThat(hear(model(server)).text()).isEqualTo(Wire.TEXT);
            } catch (ModelException.StreamCut e) {
                // a reset may overtake what was sent before it; then nobody knows of the finish
                assertThat(e).hasCauseInstanceOf(java.io.IOException.class);
            }
        }
    }

    @Test
    void done_without_a_reason_is_an_end_too() throws Exception {
        assertThat(stream(piece("\"Hi\"") + "data: [DONE]\n\n").text()).isEqualTo("Hi");
    }

    @Test
    void a_half_character_waits_for_its_other_half() throws Exception {
        Heard heard = stream(piece("\"a\\ud83d\"") + piece("\"\\ude00b\"") + Wire.FINISH + Wire.END);
        assertThat(heard.pieces()).containsExactly("a", "\uD83D\uDE00b");
        assertThat(stream(piece("\"a\\ud83d\"") + Wire.FINISH + Wire.END).text())
                .isEqualTo("a\uFFFD");
        assertThat(stream(piece("\"a\\ud83d\"") + piece("\"b\\ude00\"") + Wire.FINISH + Wire.END)
                        .text())
                .isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void a_line_without_an_end_is_refused() {
        assertThatThrownBy(() -> stream(piece("\"" + "x".repeat(17 << 20) + "\"")))
                .isInstanceOf(ModelException.MalformedAnswer.class)
                .hasMessageContaining("a line of more than 16 MiB");
    }

    @Test
    void comments_unknown_events_fields_and_choices_are_passed_over() throws Exception {
        assertThat(stream(": OPENROUTER PROCESSING\n\n:\n\nevent: ping\ndata: {\"type\":\"ping\",\"deep\":[[{}]]}\n\n"
                                + "id: 7\nretry: 10\n\ndata:\n\ndata: {\"choices\":null,\"usage\":null,\"error\":null}\n\n"
                                + "data: {\"choices\":[null,{\"delta\":null},{\"delta\":{\"content\":null}}],\"error\":{}}\n\n"
                                + Wire.WHOLE)
                        .text())
                .isEqualTo(Wire.TEXT);
    }

    @Test
    void the_index_may_stand_behind_the_text_and_other_candidates_are_not_mixed_in() throws Exception {
        Heard heard = stream("data: {\"choices\":[{\"delta\":{\"content\":\"A\"},\"index\":0}]}\n\n"
                + "data: {\"choices\":[{\"delta\":{\"content\":\"B\"},\"index\":1}]}\n\n" + Wire.finish("stop")
                + "data: [DONE]\n\n");
        assertThat(heard.pieces()).containsExactly("A");
        assertThat(heard.completion().candidates()).hasSize(2);
    }

    @Test
    void content_in_parts_is_their_text() throws Exception {
        assertThat(stream(piece("[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},"
                                        + "{\"type\":\"text\",\"text\":\"so\"}]")
                                + Wire.FINISH)
                        .text())
                .isEqualTo("so");
    }

    @Test
    void a_refusal_is_text_and_thoughts_and_tool_calls_are_not() throws Exception {
        assertThat(stream(
                                "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\",\"tool_calls\":[{\"index\":0}]}}]}\n\n"
                                        + "data: {\"choices\":[{\"delta\":{\"refusal\":\"No.\"}}]}\n\n" + Wire.FINISH
                                        + Wire.END)
                        .text())
                .isEqualTo("No.");
    }

    @ParameterizedTest
    @CsvSource({"stop,COMPLETE", "length,LENGTH", "model_length,LENGTH", "tool_calls,COMPLETE", "eos,COMPLETE"})
    void the_reason_says_how_it_ended(String reason, Finish finish) throws Exception {
        Heard heard = stream(piece("\"Hi\"") + Wire.finish(reason) + Wire.END);
        assertThat(heard.completion().candidates().getFirst().finish()).isEqualTo(finish);
    }

    @ParameterizedTest
    @CsvSource({
        "stop,EmptyAnswer",
        "tool_calls,EmptyAnswer",
        "length,Truncated",
        "content_filter,Filtered",
        "error,Unavailable",
        "insufficient_system_resource,Unavailable"
    })
    void an_end_without_text_is_no_answer(String reason, String type) {
        assertThatThrownBy(() -> stream(Wire.finish(reason) + Wire.END))
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(type));
    }

    @Test
    void a_filtered_answer_is_none_whatever_had_come() {
        assertThatThrownBy(() -> stream(piece("\"Hi\"") + Wire.finish("content_filter") + Wire.END))
                .isInstanceOf(ModelException.Filtered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{\"choices\":[", "[]", "42", "\"text\"", "null", "{} {}", "{\"choices\":}"})
    void data_that_are_not_the_json_they_should_be_are_malformed(String data) {
        assertThatThrownBy(() -> stream(piece("\"Hi\"") + "data: " + data + "\n\n" + Wire.FINISH + Wire.END))
                .isInstanceOf(ModelException.MalformedAnswer.class)
                .hasMessageContaining("it is not the JSON that it should be")
                .hasNoCause();
    }

    private static Heard stream(String body) throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + body)) {
            return hear(model(server));
        }
    }
}
