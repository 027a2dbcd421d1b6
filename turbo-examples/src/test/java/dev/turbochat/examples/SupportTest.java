package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Recipe;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException.SessionAsleep;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.testkit.Script;
import dev.turbochat.testkit.ScriptedModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void the_recipe_has_a_shop_of_its_own(Life life) {
        ScriptedModel model = ScriptedModel.replies()
                .reply(calls("lookup"))
                .reply(calls("refund"))
                .reply(prompt -> "Done: " + prompt.messages().getLast().text());
        life.lead(Script.ofRoutine(chat -> new Support().run(chat, new Recipe.None())))
                .model(model)
                .hears()
                .reply("My teapot is broken.")
                .asks("The model wants to call 'refund' with {\"order\":7}. Allow it?")
                .offers("yes", "no")
                .reply("yes")
                .says("Done: 24.00 were paid back")
                .sleeps();
        assertThat(model.lastPrompt().messages())
                .extracting(Message::text)
                .contains("Order 7: a teapot, 24.00, delivered on Monday");
    }

    @Test
    void the_recipes_shop_knows_no_other_order() {
        String none = "There is no order 8; there is only order 7";
        assertThat(new Support.Teapots().order(8)).isEqualTo(none);
        assertThat(new Support.Teapots().refund(8, "key")).isEqualTo(none);
    }

    @ParameterizedTest
    @MethodSource("dev.turbochat.examples.Life#lives")
    void a_text_is_asked_for_and_what_is_found_in_it_is_said_and_returned(Life life) {
        Extraction.Found found =
                new Extraction.Found(List.of(new Extraction.Person("Ann", Optional.of(30))), Extraction.Mood.BAD);
        life.lead(Script.of(chat -> new Extraction().run(chat, new Recipe.None())))
                .replies("{\"value\":[{\"name\":\"Ann\",\"age\":30}]}", "{\"value\":\"BAD\"}")
                .asks("A text about some people?")
                .reply("Ann, 30, is cross.")
                .says(found.toString())
                .returns(found);
    }
}
