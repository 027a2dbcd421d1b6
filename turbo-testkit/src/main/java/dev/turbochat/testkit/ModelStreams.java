package dev.turbochat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The part of {@link ModelContract} about streams: whole, or an error by its name, never a short answer. */
abstract class ModelStreams extends ModelTalks {
    @Test
    public final void a_streamed_answer_is_told_piece_by_piece() throws Exception {
        server().chunks(bytes(wire().stream(plain(), 4)));
        Heard heard = hear(HELLO);
        assertThat(heard.pieces()).hasSizeGreaterThan(2);
        assertThat(heard.told()).isEqualTo(PLAIN.text());
        assertThat(heard.message()).isEqualTo(PLAIN);
        assertThat(heard.completion().usage()).isEqualTo(usage());
        assertThat(heard.completion().model()).isEqualTo(model().name());
    }

    @Test
    public final void the_stream_cut_into_two_at_any_byte_is_the_same() throws Exception {
        byte[] body = bytes(stream(completion(full())));
        for (int cut = 1; cut < body.length; cut++) {
            server().chunks(Arrays.copyOf(body, cut), Arrays.copyOfRange(body, cut, body.length));
            Heard heard = hear(HELLO);
            assertThat(heard.message()).as("cut at %s", cut).isEqualTo(full());
            assertThat(heard.told()).isEqualTo(full().text());
            assertThat(heard.completion().usage()).isEqualTo(usage());
        }
    }

    @Test
    public final void the_stream_in_single_bytes_is_the_same() throws Exception {
        byte[] body = bytes(stream(completion(full())));
        byte[][] single = new byte[body.length][];
        for (int i = 0; i < body.length; i++) {
            single[i] = new byte[] {body[i]};
        }
        server().chunks(single);
        assertThat(hear(HELLO).message()).isEqualTo(full());
    }

    @Test
    public final void a_stream_ended_at_any_byte_is_an_error_until_the_answer_is_whole() throws Exception {
        List<String> events = stream(completion(full()));
        byte[] body = bytes(events);
        int whole = whole(events);
        for (int end = 0; end < body.length; end++) {
            server().broken(Arrays.copyOf(body, end), false);
            endsWell(end >= whole, "ended at " + end);
        }
    }

    @Test
    public final void a_stream_ended_between_two_chunks_is_an_error_until_the_answer_is_whole() throws Exception {
        List<String> events = stream(completion(full()));
        int whole = events.size() - wire().eventsBehindTheEnd();
        for (int end = 0; end < events.size(); end++) {
            server().broken(bytes(events.subList(0, end)), true);
            endsWell(end >= whole, "ended behind event " + end);
        }
    }

    private void endsWell(boolean whole, String when) throws InterruptedException {
        if (whole) {
            assertThat(hear(HELLO).message()).as(when).isEqualTo(full());
        } else {
            assertThat(failure(HELLO)).as(when).isInstanceOf(ModelException.StreamCut.class);
        }
    }

    @Test
    public final void text_and_arguments_in_single_characters_are_the_same() throws Exception {
        server().chunks(bytes(wire().stream(completion(full()), 1))); // halves of characters among them
        Heard heard = hear(HELLO);
        assertThat(heard.message()).isEqualTo(full());
        assertThat(heard.told()).isEqualTo(full().text());
        assertThat(heard.calls()).isEqualTo(full().calls());
        assertThat(heard.pieces()).allSatisfy(piece -> assertThat(piece).isNotEmpty());
    }

    @Test
    public final void a_line_of_a_megabyte_is_read() throws Exception {
        Message.Assistant big = new Message.Assistant("\u00FC".repeat(1 << 19) + "end");
        server().chunks(bytes(wire().stream(completion(big), 1 << 20)));
        Heard heard = hear(HELLO);
        assertThat(heard.message()).isEqualTo(big);
        assertThat(heard.pieces()).hasSize(1);
    }

    @Test
    public final void comments_and_unknown_events_and_fields_are_passed_over_wherever_they_come() throws Exception {
        List<String> events = stream(completion(full()));
        for (int at = 0; at < events.size(); at++) {
            List<String> noisy = new ArrayList<>(events.subList(0, at));
            noisy.addAll(wire().noise());
            noisy.addAll(events.subList(at, events.size()));
            server().chunks(bytes(noisy));
            assertThat(hear(HELLO).message()).as("before event %s", at).isEqualTo(full());
        }
    }

    @Test
    public final void a_failure_inside_a_stream_has_its_name_wherever_it_comes() {
        List<String> events = stream(completion(full()));
        int whole = events.size() - wire().eventsBehindTheEnd();
        wire().failuresInside().forEach((event, name) -> {
            for (int at = 0; at < whole; at++) {
                List<String> failing = new ArrayList<>(events.subList(0, at));
                failing.add(event);
                server().chunks(bytes(failing));
                assertThat(failure(HELLO).getClass().getSimpleName())
                        .as("%s before event %s", event, at)
                        .isEqualTo(name);
            }
        });
    }

    @Test
    public final void the_word_of_the_end_says_how_it_ended() {
        Map<String, String> endings = wire().endings();
        assertThat(endings).containsValues("COMPLETE", "LENGTH", "Filtered");
        endings.forEach((word, meaning) -> {
            server().chunks(bytes(wire().streamEnding("Hi", word)));
            String came;
            try {
                Message.Assistant message = hear(HELLO).message();
                assertThat(message.text()).isEqualTo("Hi");
                came = message.finish().name();
            } catch (ModelException e) {
                came = e.getClass().getSimpleName();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(came).as(word).isEqualTo(meaning);
        });
    }

    @Test
    public final void an_end_without_a_text_is_no_answer() {
        wire().endings().forEach((word, meaning) -> {
            server().chunks(bytes(wire().streamEnding("", word)));
            String expected = switch (meaning) {
                case "COMPLETE" -> "EmptyAnswer";
                case "LENGTH" -> "Truncated";
                default -> meaning;
            };
            assertThat(failure(HELLO).getClass().getSimpleName()).as(word).isEqualTo(expected);
        });
    }

    @Test
    public final void what_is_not_json_is_malformed() {
        List<String> events = stream(plain());
        for (String data : List.of("nonsense", "[]", "42", "\"text\"", "{\"a\":}", "{} {}")) {
            server().chunks(bytes(List.of(events.getFirst(), "data: " + data + "\n\n")));
            assertThat(failure(HELLO)).as(data).isInstanceOf(ModelException.MalformedAnswer.class);
        }
    }

    @Test
    public final void an_answer_in_one_piece_is_the_same() throws Exception {
        server().document(200, wire().document(completion(full())));
        for (boolean streamed : new boolean[] {false, true}) { // also where a stream was asked for
            Heard heard = Heard.of(wire().model(server().url(), KEY, streamed), HELLO);
            assertThat(heard.message()).isEqualTo(full());
            assertThat(heard.told()).isEqualTo(full().text());
            assertThat(heard.completion().usage()).isEqualTo(usage());
        }
    }

    @Test
    public final void a_document_that_ends_early_is_a_cut_answer() {
        String document = wire().document(plain());
        for (int end = 1; end < document.length(); end++) {
            server().document(200, document.substring(0, end));
            assertThat(failure(HELLO)).as("ended at %s", end).isInstanceOf(ModelException.StreamCut.class);
        }
    }

    @Test
    public final void an_interrupt_ends_it_at_once() throws Exception {
        Completion answer = plain();
        CountDownLatch closed = new CountDownLatch(1);
        server().replies(socket -> {
            try {
                socket.getOutputStream().write(WireServer.chunkedHead());
                socket.getOutputStream()
                        .write(WireServer.framed(
                                wire().stream(answer, 4).getFirst().getBytes(UTF_8)));
                while (socket.getInputStream().read() != -1) {
                    // until the client hangs up, or resets what it has not read
                }
            } finally {
                closed.countDown();
            }
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                hear(HELLO);
            } catch (InterruptedException | RuntimeException e) {
                thrown.set(e);
            }
        });
        while (server().requests().isEmpty()) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        caller.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        closed.await();
    }
}
