package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.BudgetedModel;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prices;
import dev.turbochat.model.Spent;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.step.Window;
import dev.turbochat.tool.Tool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SpendingTest {
    private final List<Event> events = new ArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private final FrontEnd frontEnd = new FrontEnd() {
        @Override
        public Optional<Input> answer(Question question) {
            return Optional.ofNullable(answers.poll()).map(Input::text);
        }

        @Override
        public void show(Event event) {
            events.add(event);
        }
    };

    private static final class Counted implements Model {
        private final String name;
        private int calls;

        Counted(String name) {
            this.name = name;
        }

        @Override
        public Completion complete(dev.turbochat.model.Prompt prompt, Listener listener) {
            calls++;
            return new Completion(List.of(new Message.Assistant("Hi")), new Usage(1_000_000, 100_000), name);
        }

        @Override
        public String name() {
            return name;
        }
    }

    private static void talk(Chat chat) {
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    private void run(Model model, Memory memory, String... lines) throws InterruptedException {
        answers.addAll(List.of(lines));
        try (Runner runner = Runner.of(model, r -> r.memory(memory))) {
            runner.run("s", SpendingTest::talk, frontEnd);
        } catch (SessionException.SessionAsleep e) {
            assertThat(answers).isEmpty();
        }
    }

    @Test
    void a_session_is_the_sum_of_its_turns() throws Exception {
        try (Memory memory = Memory.heap()) {
            run(new Counted("openai:gpt-4o-mini"), memory, "one", "two");
            List<Entry> journal = memory.read("s");
            Spent all = Spending.of(journal, Prices.builtIn());
            assertThat(all.calls()).isEqualTo(2);
            assertThat(all.usage()).isEqualTo(new Usage(2_000_000, 200_000));
            assertThat(all.money().orElseThrow()).isEqualByComparingTo("0.42");
            assertThat(Spending.turns(journal, Prices.builtIn()))
                    .extracting(Spent::calls)
                    .containsExactly(0L, 1L, 1L);
            assertThat(Spending.of(journal, Prices.none()).money()).isEmpty();
        }
    }

    /** A restart is a new model over the same memory. */
    @Test
    void a_budget_survives_a_restart_by_what_the_journal_holds() throws Exception {
        Counted inner = new Counted("openai:gpt-4o-mini");
        try (Memory memory = Memory.heap()) {
            for (String line : List.of("one", "two")) {
                run(budgeted(inner, memory), memory, line);
            }
            assertThatThrownBy(() -> run(budgeted(inner, memory), memory, "three", "four"))
                    .isInstanceOf(ModelException.BudgetExceeded.class)
                    .hasMessageContaining("3 calls of 3");
            assertThat(memory.read("s").getLast().body())
                    .isInstanceOfSatisfying(
                            Body.RunEnded.class,
                            ended -> assertThat(ended.code()).isEqualTo("budget-exceeded"));
        }
        assertThat(inner.calls).isEqualTo(3);
        assertThat(events)
                .last()
                .isInstanceOfSatisfying(
                        Event.Failed.class, failed -> assertThat(failed.code()).isEqualTo("budget-exceeded"));
    }

    private static Model budgeted(Model model, Memory memory) {
        return BudgetedModel.of(
                model, b -> b.calls(3).before(session -> Spending.of(memory.read(session), Prices.builtIn())));
    }

    private void run(Memory memory, UnaryOperator<BudgetedModel.Options> budget, String... lines) throws Exception {
        answers.addAll(List.of(lines));
        try (Runner runner = Runner.of(
                new Counted("openai:gpt-4o-mini"), r -> r.memory(memory).budget(budget))) {
            runner.run("s", SpendingTest::talk, frontEnd);
        }
    }

    @Test
    void a_runners_budget_is_the_sessions_whoever_ran_it_before() throws Exception {
        try (Memory memory = Memory.heap()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> run(memory, b -> b.turns(3), "hi"))
                        .isInstanceOf(SessionException.SessionAsleep.class);
            }
            assertThatThrownBy(() -> run(memory, b -> b.turns(3), "three", "four", "five"))
                    .isInstanceOf(ModelException.BudgetExceeded.class)
                    .hasMessageContaining("3 turns of 3");
            assertThat(answers).containsExactly("five");
            assertThat(memory.read("s").getLast().body())
                    .isInstanceOfSatisfying(
                            Body.RunEnded.class,
                            ended -> assertThat(ended.code()).isEqualTo("budget-exceeded"));
            Spent spent = Spending.of(memory.read("s"), Prices.builtIn());
            assertThat(spent.turns()).isEqualTo(3); // the last one was refused, and costs nothing
            assertThat(spent.calls()).isEqualTo(3);
        }
    }

    @Test
    void a_turn_with_tools_is_one() throws Exception {
        Tool now = Tool.of("now", "The time.", Nothing.class, nothing -> "noon");
        Deque<Message.Assistant> said = new ArrayDeque<>();
        Model model = new Model() {
            @Override
            public Completion complete(dev.turbochat.model.Prompt prompt, Listener listener) {
                return new Completion(List.of(said.remove()), new Usage(10, 5), name());
            }

            @Override
            public String name() {
                return "openai:gpt-4o-mini";
            }
        };
        for (int i = 0; i < 2; i++) {
            said.add(new Message.Assistant(
                    List.of(), Message.Finish.TOOL_CALLS, List.of(new ToolCall("c" + i, "now", "{}"))));
            said.add(new Message.Assistant("It is noon."));
        }
        answers.addAll(List.of("one", "two", "three"));
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, r -> r.memory(memory).budget(b -> b.turns(2)))) {
            Routine talk = chat -> {
                while (true) {
                    chat.hear();
                    chat.generate(g -> g.tools(now));
                }
            };
            assertThatThrownBy(() -> runner.run("s", talk, frontEnd))
                    .isInstanceOf(ModelException.BudgetExceeded.class)
                    .hasMessageContaining("2 turns of 2");
            Spent spent = Spending.turns(memory.read("s"), Prices.builtIn()).get(2);
            assertThat(spent.calls()).isEqualTo(2);
            assertThat(spent.turns()).isEqualTo(1);
            assertThat(spent.usage()).isEqualTo(new Usage(20, 10));
        }
    }

    /** No arguments. */
    record Nothing() {}

    @Test
    void a_summary_is_paid_for() throws Exception {
        try (Memory memory = Memory.heap()) {
            answers.addAll(List.of("one ".repeat(30), "two ".repeat(30), "three ".repeat(30)));
            Counted model = new Counted("openai:gpt-4o-mini");
            try (Runner runner = Runner.of(model, r -> r.memory(memory).window(Window.summary(60)))) {
                assertThatThrownBy(() -> runner.run("s", SpendingTest::talk, frontEnd))
                        .isInstanceOf(SessionException.SessionAsleep.class);
            }
            assertThat(memory.read("s").stream().filter(entry -> entry.body() instanceof Body.Summarised))
                    .isNotEmpty();
            Spent spent = Spending.of(memory.read("s"), Prices.builtIn());
            assertThat(spent.calls()).isEqualTo(model.calls);
            assertThat(spent.usage().prompt()).isEqualTo(1_000_000L * model.calls);
        }
    }
}
