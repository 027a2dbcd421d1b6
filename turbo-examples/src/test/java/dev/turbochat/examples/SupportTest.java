package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Runner;
import dev.turbochat.error.SessionException.SessionAsleep;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.testkit.ScriptedModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SupportTest {
    private final List<String> done = new ArrayList<>();
    private final Support.Shop shop = new Support.Shop() {
        @Override
        public String order(int number) {
            done.add("lookup " + number);
            return "Order " + number + ": a broken teapot";
        }

        @Override
        public String refund(int number, String key) {
            done.add("refund " + number);
            return "Refunded";
        }
    };

    private static Message.Assistant calls(String tool) {
        ToolCall call = new ToolCall("call-" + tool, tool, "{\"order\":7}");
        return new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(call));
    }

    private void run(String... answers) throws InterruptedException {
        Deque<Message.Assistant> replies =
                new ArrayDeque<>(List.of(calls("lookup"), calls("refund"), new Message.Assistant("As you wish.")));
        Model model = (prompt, listener) -> new Completion(List.of(replies.pop()), Usage.NONE, "scripted");
        Deque<String> inputs = new ArrayDeque<>(List.of(answers));
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, r -> r.memory(memory))) {
            runner.run(
                    "s",
                    chat -> Support.support(chat, shop),
                    question -> Optional.ofNullable(inputs.poll()).map(Input::text));
        } catch (SessionAsleep e) {
            assertThat(inputs).isEmpty();
        }
    }

    @Test
    void an_order_is_refunded_if_the_customer_agrees() throws Exception {
        run("My teapot, order 7, is broken.", "yes");
        assertThat(done).containsExactly("lookup 7", "refund 7");
    }

    @Test
    void and_is_not_if_not() throws Exception {
        run("My teapot, order 7, is broken.", "no");
        assertThat(done).containsExactly("lookup 7");
    }

    @Test
    void people_are_found_in_a_text() throws Exception {
        try (Runner runner = Runner.of(ScriptedModel.replies(
                "{\"value\":[{\"name\":\"Ann\",\"age\":30},{\"name\":\"Bob\",\"age\":null}]}",
                "{\"value\":\"GOOD\"}"))) {
            Extraction.Found found = runner.call(
                    "s", chat -> Extraction.extract(chat, "Ann, 30, likes Bob."), question -> Optional.empty());
            assertThat(found)
                    .isEqualTo(new Extraction.Found(
                            List.of(
                                    new Extraction.Person("Ann", Optional.of(30)),
                                    new Extraction.Person("Bob", Optional.empty())),
                            Extraction.Mood.GOOD));
        }
    }
}
