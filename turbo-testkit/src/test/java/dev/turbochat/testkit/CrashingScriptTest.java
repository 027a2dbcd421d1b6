package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Chat;
import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashingScriptTest {
    private final List<String> keys = new ArrayList<>();

    record Order(int pizzas, String name) {}

    /** One of nearly everything. */
    String everything(Chat chat) {
        chat.system("Be brief.");
        chat.notice("Welcome.");
        Order order = chat.ask("Your order?", Order.class);
        String receipt = chat.effectWithKey("charge", String.class, key -> {
            keys.add(key);
            return "receipt " + order.pizzas();
        });
        chat.say("Charged: " + receipt);
        String code = chat.askSecret("Your code?");
        chat.user("Say something, " + order.name());
        chat.generate();
        String word = chat.aside(aside -> {
            aside.user("A secret word?");
            return aside.generate(g -> g.silent()).text();
        });
        chat.sleepUntil(chat.now());
        chat.hear("More?");
        try {
            chat.generate();
        } catch (ModelException e) {
            chat.say("The model failed.");
        }
        chat.say("Bye.");
        return code + word;
    }

    private Script<String> script(Memory memory) {
        return Script.of(this::everything)
                .memory(memory)
                .model(ScriptedModel.replies("Something.", "Sesame.")
                        .fail(new ModelException.Unavailable("m", "it is down", null)));
    }

    private static void play(Script<String> script) {
        script.notices("Welcome.")
                .asks("Pizzas?")
                .reply("many")
                .asksAgain()
                .reply("2")
                .asks("Name?")
                .reply("Zo\u00EB")
                .says("Charged: receipt 2")
                .asks("Your code?")
                .reply("1234")
                .says("Something.")
                .asks("More?")
                .reply("no")
                .says("The model failed.")
                .says("Bye.")
                .returns("1234Sesame.");
    }

    @ParameterizedTest
    @EnumSource
    void a_crash_at_any_place_of_a_row_changes_nothing_that_is_said(Failpoint row) {
        try (Memory memory = Memory.heap()) {
            play(script(memory).crashing(row));
            assertThat(keys.stream().distinct()).as("one key, however often").hasSize(1);
            List<Entry> journal = memory.read("script");
            for (int i = 0; i < journal.size(); i++) {
                assertThat(journal.get(i).seq()).isEqualTo(i);
            }
        }
    }

    @Test
    void crashes_at_all_rows_at_once_change_nothing_either() {
        try (Memory memory = Memory.heap()) {
            play(script(memory).hibernating(true).crashing(Failpoint.values()));
        }
    }

    @Test
    void a_sleeping_session_asks_for_its_secrets_anew_and_they_are_given() {
        try (Memory memory = Memory.heap()) {
            play(script(memory).hibernating(true));
        }
    }

    @Test
    void an_effect_that_is_done_at_most_once_is_unknown_after_a_crash_in_its_middle() {
        List<String> done = new ArrayList<>();
        Script.<Boolean>of(chat -> chat.effectOnce("charge", String.class, key -> {
                            done.add(key);
                            return "receipt";
                        })
                        instanceof Outcome.Unknown)
                .crashing(Failpoint.AT_MOST_ONCE_RAN)
                .returns(true);
        assertThat(done).hasSize(1);
    }

    @Test
    void the_model_is_asked_once_and_answers_a_repeated_call_as_before() {
        ScriptedModel model = ScriptedModel.replies("One.", "Two.");
        try (Memory memory = Memory.heap()) {
            Script.ofRoutine(ScriptTest::talk)
                    .memory(memory)
                    .model(model)
                    .crashing(Failpoint.REPLY_NOT_STORED)
                    .hears()
                    .reply("hi")
                    .says("One.")
                    .hears()
                    .reply("hi")
                    .says("Two.")
                    .sleeps();
            assertThat(model.prompts()).hasSize(2);
            assertThat(memory.read("script").stream().filter(e -> e.body() instanceof Body.Generating))
                    .as("though the journal shows that it was called twice for each")
                    .hasSize(4);
        }
    }
}
