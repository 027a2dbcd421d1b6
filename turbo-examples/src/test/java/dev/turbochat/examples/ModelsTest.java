package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Chat;
import dev.turbochat.Runner;
import dev.turbochat.Spending;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.BatchingModel;
import dev.turbochat.model.BudgetedModel;
import dev.turbochat.model.CachedModel;
import dev.turbochat.model.FallbackModel;
import dev.turbochat.model.GuardedModel;
import dev.turbochat.model.GuardedModel.Guard;
import dev.turbochat.model.Health;
import dev.turbochat.model.LimitedModel;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.Prices;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.ResponseCache;
import dev.turbochat.model.RetryingModel;
import dev.turbochat.model.Spent;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.testkit.Cassette;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models around models that docs/models.md shows. */
class ModelsTest {
    private static void greet(Chat chat) {
        chat.user("Hello!");
        chat.generate();
    }

    @Test
    void models_lie_around_models() throws Exception {
        try (Memory memory = Memory.heap()) {
            Model inner = Models.of("eliza");
            Model model = BudgetedModel.of(
                    LimitedModel.of(
                            inner, l -> l.cooldown(Duration.ofSeconds(5)).perMinute(60)),
                    b -> b.money("0.25").before(session -> Spending.of(memory.read(session), Prices.builtIn())));
            try (Runner runner = Runner.of(model, r -> r.memory(memory))) {
                runner.run("user-42", ModelsTest::greet, question -> Optional.empty());
            }
            Spent spent = Spending.of(memory.read("user-42"), Prices.builtIn());
            assertThat(spent.calls()).isEqualTo(1);
        }
    }

    @Test
    void they_are_tuned_by_hand() throws Exception {
        Model groq = ScriptedModel.replies("Hi");
        Model openai = ScriptedModel.replies();
        Model model = RetryingModel.of(
                FallbackModel.of(List.of(groq, openai), f -> f.threshold(Duration.ofSeconds(1))),
                r -> r.tries(5).patience(Duration.ofSeconds(30)));
        model.complete(Prompt.of(new Message.User("Hello!")), Model.Listener.NONE);
        List<String> lines = new ArrayList<>();
        PrintStream out = new PrintStream(PrintStream.nullOutputStream(), true) {
            @Override
            public void println(String line) {
                lines.add(line);
            }
        };
        for (Health health : model.health()) {
            out.println(health.model() + " " + health.state() + ", " + health.failures() + " of " + health.requests()
                    + " failed, median " + health.median().toMillis() + " ms");
        }
        assertThat(lines).hasSize(2).first().asString().startsWith("scripted WORKING, 0 of 1 failed");
    }

    @Test
    void a_cache_and_a_guard() throws Exception {
        ScriptedModel inner = ScriptedModel.replies("Call 555-1234.");
        Model cached = CachedModel.of(inner, ResponseCache.heap(1_000, Duration.ofHours(1)));
        Model guarded = GuardedModel.of(
                cached, Guard.out(answer -> new Message.Assistant(answer.text().replaceAll("\\d", "*"))));
        for (int i = 0; i < 2; i++) {
            assertThat(guarded.complete(Prompt.of(new Message.User("Hello!")), Model.Listener.NONE)
                            .candidates()
                            .getFirst()
                            .text())
                    .isEqualTo("Call ***-****.");
        }
        assertThat(inner.prompts()).hasSize(1);
    }

    @Test
    void a_worker_answers_many_at_a_time() throws Exception {
        BatchingModel model = BatchingModel.of("gpu:llama");
        Thread worker = Thread.startVirtualThread(() -> {
            try {
                model.serve(1, 32, Duration.ofMillis(20), batch -> {
                    for (BatchingModel.Request request : batch) {
                        request.text("You said: ");
                        request.text(request.prompt().messages().getLast().text());
                        request.complete();
                    }
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(model.complete(Prompt.of(new Message.User("Hello!")), Model.Listener.NONE)
                        .candidates()
                        .getFirst()
                        .text())
                .isEqualTo("You said: Hello!");
        model.close();
        worker.join();
    }

    @Test
    void a_recorded_model(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("greeting.json");
        Cassette.record(file, ScriptedModel.replies("Hi there."))
                .complete(new Prompt(List.of(new Message.User("Hello!")), Settings.none()), Model.Listener.NONE);
        Model model = Cassette.of(file, () -> Models.of("openai:gpt-4o-mini"));
        Script.ofRoutine(ModelsTest::greet).model(model).says("Hi there.").ends();
    }
}
