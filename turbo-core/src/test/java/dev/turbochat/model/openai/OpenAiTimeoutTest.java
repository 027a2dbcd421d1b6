package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.hear;
import static dev.turbochat.model.openai.Wire.model;
import static dev.turbochat.model.openai.Wire.piece;
import static dev.turbochat.model.openai.Wire.prompt;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.model.http.FaultServer.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OpenAiTimeoutTest {
    private static final String COMMENT = ": keep-alive\n\n";
    private static final String EMPTY_DELTA =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";

    private final CountDownLatch never = new CountDownLatch(1);

    @Test
    void a_connection_that_does_not_come_is_given_up() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> waiting = fill(deaf);
            OpenAiModel model = OpenAiModel.at("http://127.0.0.1:" + deaf.getLocalPort(), "m");
            assertTimedOut(
                    "a connection did not come within 300 ms",
                    () -> hear(model, prompt(s -> s.connectTimeout(Duration.ofMillis(300)))));
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** Fills the queue of a socket that accepts nothing, until the system lets nobody in any more. */
    private static List<Socket> fill(ServerSocket deaf) throws IOException {
        List<Socket> waiting = new ArrayList<>();
        while (true) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return waiting;
            }
        }
    }

    @Test
    void a_first_token_that_does_not_come_is_given_up_before_the_head() throws Exception {
        try (FaultServer server = FaultServer.that(Connection::awaitClosed)) {
            assertTimedOut(
                    "the first token did not come within 200 ms",
                    () -> hear(model(server), prompt(s -> s.firstTokenTimeout(Duration.ofMillis(200)))));
        }
    }

    @Test
    void neither_a_comment_nor_an_empty_delta_is_a_first_token() throws Exception {
        try (FaultServer server = dripping("", COMMENT + EMPTY_DELTA)) {
            assertTimedOut(
                    "the first token did not come within 300 ms",
                    () -> hear(model(server), prompt(s -> s.firstTokenTimeout(Duration.ofMillis(300)))));
        }
    }

    @Test
    void a_comment_is_no_next_token() throws Exception {
        try (FaultServer server = dripping(piece("\"Hi\""), COMMENT)) {
            assertTimedOut(
                    "the next token did not come within 300 ms",
                    () -> hear(model(server), prompt(s -> s.betweenTokensTimeout(Duration.ofMillis(300)))));
        }
    }

    @Test
    void a_short_limit_between_tokens_holds_after_a_long_one_for_the_first() throws Exception {
        try (FaultServer server = FaultServer.that(connection ->
                connection.send(FaultServer.STREAM + piece("\"Hi\"")).awaitClosed())) {
            assertTimedOut(
                    "the next token did not come within 100 ms",
                    () -> hear(
                            model(server),
                            prompt(s -> s.firstTokenTimeout(Duration.ofMinutes(1))
                                    .betweenTokensTimeout(Duration.ofMillis(100)))));
        }
    }

    @Test
    void a_whole_answer_that_takes_too_long_is_given_up_though_tokens_come() throws Exception {
        try (FaultServer server = dripping("", piece("\"x\""))) {
            assertTimedOut(
                    "the whole answer did not come within 400 ms",
                    () -> hear(
                            model(server),
                            prompt(s -> s.betweenTokensTimeout(Duration.ofMillis(300))
                                    .totalTimeout(Duration.ofMillis(400)))));
        }
    }

    @Test
    void tokens_that_come_in_time_keep_the_stream_alive() throws Exception {
        try (FaultServer server = FaultServer.that(connection -> {
            connection.send(FaultServer.STREAM);
            for (int i = 0; i < 30; i++) {
                connection.send(
                        i < 10
                                ? piece("\"x\"")
                                : "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n");
                never.await(20, MILLISECONDS);
            }
            connection.send(Wire.FINISH + Wire.END);
        })) {
            assertThat(hear(model(server), prompt(s -> s.betweenTokensTimeout(Duration.ofMillis(300))))
                            .text())
                    .isEqualTo("xxxxxxxxxx");
        }
    }

    @Test
    void the_time_that_the_listener_takes_is_not_the_servers() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            StringBuilder text = new StringBuilder();
            model(server).complete(prompt(s -> s.betweenTokensTimeout(Duration.ofMillis(250))), piece -> {
                text.append(piece);
                wait(600);
            });
            assertThat(text).hasToString(Wire.TEXT);
        }
    }

    @Test
    void a_finished_answer_does_not_wait_long_for_its_end() throws Exception {
        try (FaultServer server = FaultServer.that(connection ->
                connection.send(FaultServer.STREAM + Wire.STREAM + Wire.FINISH).awaitClosed())) {
            long start = System.nanoTime();
            assertThat(hear(model(server), prompt(s -> s.betweenTokensTimeout(Duration.ofMillis(200))))
                            .text())
                    .isEqualTo(Wire.TEXT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void an_answer_in_one_piece_has_no_first_token() throws Exception {
        String whole = FaultServer.document(
                200,
                "application/json",
                "{\"choices\":[{\"message\":{\"content\":\"late\"},\"finish_reason\":\"stop\"}]}");
        try (FaultServer server = FaultServer.that(connection -> {
            wait(300);
            connection.send(whole);
        })) {
            assertThat(hear(model(server).stream(false), prompt(s -> s.firstTokenTimeout(Duration.ofMillis(50))))
                            .text())
                    .isEqualTo("late");
            assertTimedOut(
                    "the whole answer did not come within 100 ms",
                    () -> hear(model(server).stream(false), prompt(s -> s.totalTimeout(Duration.ofMillis(100)))));
        }
    }

    @Test
    void an_error_whose_body_does_not_end_still_has_its_name() throws Exception {
        try (FaultServer server = FaultServer.that(connection -> connection
                .send("HTTP/1.1 401 No\r\nContent-Length: 999\r\n\r\nbad key")
                .awaitClosed())) {
            assertThatThrownBy(() -> hear(model(server), prompt(s -> s.firstTokenTimeout(Duration.ofMillis(200)))))
                    .isInstanceOf(ModelException.AuthenticationFailed.class)
                    .hasMessageContaining("(bad key)");
        }
    }

    private FaultServer dripping(String first, String drop) {
        return FaultServer.that(connection -> {
            connection.send(FaultServer.STREAM + first);
            while (!never.await(20, MILLISECONDS)) {
                connection.send(drop);
            }
        });
    }

    private void wait(int millis) {
        try {
            never.await(millis, MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertTimedOut(String what, ThrowingCallable call) {
        long start = System.nanoTime();
        assertThatThrownBy(call)
                .isInstanceOf(ModelException.TimedOut.class)
                .hasMessageEndingWith("took too long: " + what + "; try again, or allow more time.");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
}
