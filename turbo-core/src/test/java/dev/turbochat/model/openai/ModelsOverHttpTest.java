package dev.turbochat.model.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Health;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.http.FaultServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@link Models#of} gives everybody, over real connections. */
class ModelsOverHttpTest {
    private static final String BUSY = "HTTP/1.1 503 No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy";

    private static Model models(FaultServer groq, FaultServer openai) {
        return Models.of("groq:a,openai:b", Map.of("GROQ_BASE_URL", groq.url(), "OPENAI_BASE_URL", openai.url()));
    }

    @Test
    void a_server_that_is_busy_is_asked_again() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (FaultServer server = FaultServer.that(connection ->
                connection.send(requests.incrementAndGet() < 3 ? BUSY : FaultServer.STREAM + Wire.WHOLE))) {
            Model model = Models.of("openai:b", Map.of("OPENAI_BASE_URL", server.url()));
            assertThat(Wire.hear(model).text()).isEqualTo(Wire.TEXT);
            assertThat(model.health()).singleElement().satisfies(health -> {
                assertThat(health.requests()).isEqualTo(3);
                assertThat(health.failures()).isEqualTo(2);
                assertThat(health.state()).isEqualTo(Health.State.WORKING);
            });
        }
        assertThat(requests).hasValue(3);
    }

    @Test
    void the_next_vendor_answers_under_its_own_name_and_the_limited_one_rests() throws Exception {
        try (FaultServer groq = FaultServer.answering(429, "application/json", "{}", "Retry-After: 60");
                FaultServer openai = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            Model model = models(groq, openai);
            for (int i = 0; i < 3; i++) {
                assertThat(Wire.hear(model).completion().model()).isEqualTo("openai:b");
            }
            assertThat(groq.requests()).hasSize(1);
            assertThat(model.health().getFirst().restsFor()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
            assertThat(model.name()).isEqualTo("groq:a,openai:b");
        }
    }

    @Test
    void a_stream_that_is_cut_is_not_begun_again_elsewhere() throws Exception {
        try (FaultServer groq = FaultServer.sending(FaultServer.STREAM + Wire.STREAM);
                FaultServer openai = FaultServer.sending(FaultServer.STREAM + Wire.WHOLE)) {
            assertThatThrownBy(() -> Wire.hear(models(groq, openai))).isInstanceOf(ModelException.StreamCut.class);
            assertThat(openai.requests()).isEmpty();
        }
    }

    @Test
    void one_deadline_holds_for_all() throws Exception {
        try (FaultServer groq = FaultServer.sending(BUSY);
                FaultServer openai = FaultServer.sending(BUSY)) {
            long start = System.nanoTime();
            assertThatThrownBy(() ->
                            Wire.hear(models(groq, openai), Wire.prompt(s -> s.totalTimeout(Duration.ofMillis(400)))))
                    .isInstanceOf(ModelException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        }
    }
}
