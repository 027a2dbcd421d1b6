package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.model;
import static dev.turbochat.model.openai.Wire.piece;
import static dev.turbochat.model.openai.Wire.prompt;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.model.http.FaultServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class OpenAiInterruptTest {
    private static final Logger MEASURED = LoggerFactory.getLogger("measured");

    @ParameterizedTest
    @CsvSource({
        "true,nothing",
        "true,head",
        "true,pieces",
        "true,comments",
        "false,nothing",
        "false,head",
        "false,pieces",
        "false,comments"
    })
    void an_interrupt_closes_the_connection_at_once(boolean virtual, String sent) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CompletableFuture<Long> closed = new CompletableFuture<>();
        try (FaultServer server = FaultServer.that(connection -> {
            switch (sent) {
                case "head" -> connection.send(FaultServer.STREAM);
                case "pieces" -> connection.send(FaultServer.CHUNKED).chunk(piece("\"Hi\""));
                case "comments" -> connection.send(FaultServer.STREAM + ": one\n\n".repeat(100));
                default -> {}
            }
            reached.countDown();
            closed.complete(connection.awaitClosed());
        })) {
            CountDownLatch heard = new CountDownLatch(sent.equals("pieces") ? 1 : 0);
            CompletableFuture<Long> thrown = new CompletableFuture<>();
            Thread caller = start(virtual, () -> {
                try {
                    model(server).complete(prompt(), piece -> heard.countDown());
                    thrown.completeExceptionally(new AssertionError("an answer came"));
                } catch (InterruptedException e) {
                    long at = System.nanoTime();
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    thrown.complete(at);
                } catch (Throwable e) {
                    thrown.completeExceptionally(e);
                }
            });
            assertThat(reached.await(5, SECONDS)).isTrue();
            assertThat(heard.await(5, SECONDS)).isTrue();
            long interrupt = System.nanoTime();
            caller.interrupt();
            long closedAfter = (closed.get(2, SECONDS) - interrupt) / 1000;
            long thrownAfter = (thrown.get(2, SECONDS) - interrupt) / 1000;
            MEASURED.info(
                    "{}, {}: closed after {} us, thrown after {} us",
                    virtual ? "virtual" : "platform",
                    sent,
                    closedAfter,
                    thrownAfter);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_interrupt_ends_the_wait_for_a_connection(boolean virtual) throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> waiting = new ArrayList<>();
            for (boolean full = false; !full; ) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(deaf.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    full = true;
                }
            }
            OpenAiModel model = OpenAiModel.at("http://127.0.0.1:" + deaf.getLocalPort(), "m");
            CompletableFuture<Boolean> thrown = new CompletableFuture<>();
            Thread caller = start(virtual, () -> {
                try {
                    model.complete(prompt(), piece -> {});
                } catch (InterruptedException e) {
                    thrown.complete(true);
                } catch (Throwable e) {
                    thrown.completeExceptionally(e);
                }
            });
            caller.interrupt();
            assertThat(thrown.get(2, SECONDS)).isTrue();
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void a_thread_interrupted_before_sends_nothing() throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> model(server).complete(prompt(), piece -> {}))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_interrupt_between_pieces_that_are_there_already_is_noticed(boolean virtual) throws Exception {
        try (FaultServer server =
                FaultServer.sending(FaultServer.STREAM + piece("\"x\"").repeat(20) + Wire.FINISH + Wire.END)) {
            CompletableFuture<Integer> pieces = new CompletableFuture<>();
            start(virtual, () -> {
                int[] heard = {0};
                try {
                    model(server).complete(prompt(), piece -> {
                        heard[0]++;
                        Thread.currentThread().interrupt();
                    });
                    pieces.complete(-1);
                } catch (InterruptedException e) {
                    pieces.complete(heard[0]);
                } catch (Throwable e) {
                    pieces.completeExceptionally(e);
                }
            });
            assertThat(pieces.get(5, SECONDS)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_listener_that_throws_ends_the_call_and_closes_the_connection(boolean virtual) throws Exception {
        CompletableFuture<Long> closed = new CompletableFuture<>();
        try (FaultServer server = FaultServer.that(connection -> closed.complete(
                connection.send(FaultServer.STREAM + piece("\"x\"")).awaitClosed()))) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            start(virtual, () -> {
                try {
                    model(server).complete(prompt(), piece -> {
                        throw new IllegalStateException("enough");
                    });
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            assertThat(thrown.get(5, SECONDS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("enough");
            assertThat(closed.get(2, SECONDS)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void both_kinds_of_threads_hear_the_same_on_their_own(boolean virtual) throws Exception {
        try (FaultServer server = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            CompletableFuture<String> text = new CompletableFuture<>();
            Thread caller = start(virtual, () -> {
                try {
                    StringBuilder heard = new StringBuilder();
                    Thread self = Thread.currentThread();
                    model(server).complete(prompt(), piece -> {
                        assertThat(Thread.currentThread()).isSameAs(self);
                        heard.append(piece);
                    });
                    text.complete(heard.toString());
                } catch (Throwable e) {
                    text.completeExceptionally(e);
                }
            });
            assertThat(text.get(5, SECONDS)).isEqualTo(Wire.TEXT);
            caller.join(5000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_connection_serves_the_next_call_too(boolean virtual) throws Exception {
        List<InetSocketAddress> seen = new ArrayList<>();
        try (FaultServer server = FaultServer.that(connection -> {
            seen.add(connection.client());
            connection.send(FaultServer.CHUNKED).chunk(Wire.WHOLE).lastChunk().keep();
        })) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            start(virtual, () -> {
                try {
                    for (int i = 0; i < 5; i++) {
                        model(server).complete(prompt(), piece -> {});
                    }
                    done.complete(true);
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                }
            });
            assertThat(done.get(5, SECONDS)).isTrue();
            assertThat(seen).hasSize(5);
            assertThat(seen.stream().distinct().count()).isLessThan(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_that_holds_on_after_the_end_is_cut_off(boolean virtual) throws Exception {
        CompletableFuture<Long> closed = new CompletableFuture<>();
        try (FaultServer server = FaultServer.that(connection -> closed.complete(
                connection.send(FaultServer.CHUNKED).chunk(Wire.WHOLE).awaitClosed()))) {
            CompletableFuture<String> text = new CompletableFuture<>();
            start(virtual, () -> {
                try {
                    text.complete(Wire.hear(model(server)).text());
                } catch (Throwable e) {
                    text.completeExceptionally(e);
                }
            });
            assertThat(text.get(2, SECONDS)).isEqualTo(Wire.TEXT);
            assertThat(closed.get(2, SECONDS)).isNotNull();
        }
    }

    @Test
    void many_calls_at_once_do_not_meet() throws Exception {
        try (FaultServer server = FaultServer.that(connection -> connection
                .send(FaultServer.CHUNKED)
                .chunk(piece("\"" + connection.client().getPort() + "\"").repeat(50) + Wire.FINISH + Wire.END)
                .lastChunk()
                .keep())) {
            List<CompletableFuture<String>> texts = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                CompletableFuture<String> text = new CompletableFuture<>();
                texts.add(text);
                start(i % 4 != 0, () -> {
                    try {
                        Wire.Heard heard = Wire.hear(model(server));
                        assertThat(heard.pieces())
                                .hasSize(50)
                                .containsOnly(heard.pieces().getFirst());
                        text.complete(heard.text());
                    } catch (Throwable e) {
                        text.completeExceptionally(e);
                    }
                });
            }
            for (CompletableFuture<String> text : texts) {
                assertThat(text.get(20, SECONDS)).matches("(\\d+?)\\1{49}");
            }
        }
    }

    private static Thread start(boolean virtual, Runnable body) {
        return virtual
                ? Thread.startVirtualThread(body)
                : Thread.ofPlatform().daemon().start(body);
    }
}
