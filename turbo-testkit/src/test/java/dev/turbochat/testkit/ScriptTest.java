package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.Chat;
import dev.turbochat.Prompt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScriptTest {
    enum Size {
        SMALL,
        LARGE
    }

    record Order(@Prompt("Which size?") Size size) {}

    static Order order(Chat chat) {
        Order order;
        do {
            order = chat.ask("Your pizza?", Order.class);
        } while (!chat.confirm("So: " + order + "?"));
        chat.say("In the oven.");
        return order;
    }

    static void talk(Chat chat) {
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    @Test
    void a_program_that_follows_the_script_passes() {
        Script.of(ScriptTest::order)
                .asks("Which size?")
                .offers("small", "large")
                .reply("huge")
                .notices("Please choose one of: small, large.")
                .asksAgain()
                .reply("large")
                .asks("So: Order[size=LARGE]?")
                .reply("no")
                .asks("Which size?")
                .reply("large")
                .asks("So: Order[size=LARGE]?")
                .reply("yes")
                .says("In the oven.")
                .returns(new Order(Size.LARGE));
    }

    @Test
    void an_endless_chat_is_left_where_it_waits() {
        Script.ofRoutine(ScriptTest::talk)
                .replies("Hello.", "Fine.")
                .hears()
                .reply("hi")
                .says("Hello.")
                .hears()
                .reply("how are you?")
                .says("Fine.")
                .sleeps();
    }

    @Test
    void another_question_is_shown_with_the_conversation_and_a_mark() {
        assertThatThrownBy(() -> Script.of(ScriptTest::order)
                        .asks("Which size?")
                        .reply("huge")
                        .asksAgain()
                        .reply("large")
                        .asks("So: Order[size=SMALL]?"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        The program does not follow the script.

                            notice      Your pizza?
                            asks        Which size?
                            reply       huge
                            notice      Please choose one of: small, large.
                            asks again  Which size?
                            reply       large

                         -> asks        So: Order[size=SMALL]?
                            but what came is
                            asks        So: Order[size=LARGE]?
                                                       ^
                        """);
    }

    @Test
    void what_is_said_and_not_in_the_script_fails_it() {
        assertThatThrownBy(() -> Script.of(ScriptTest::order)
                        .asks("Which size?")
                        .reply("large")
                        .asks("So: Order[size=LARGE]?")
                        .reply("yes")
                        .returns(new Order(Size.LARGE)))
                .hasMessageContaining("says        In the oven.");
    }

    @Test
    void another_result_fails_the_script() {
        assertThatThrownBy(() -> Script.<String>of(chat -> "this").returns("that"))
                .hasMessageContaining(" -> returns     that")
                .hasMessageContaining("    returns     this");
    }

    @Test
    void what_the_program_throws_is_what_fails_returns() {
        IllegalStateException thrown = Script.<String>of(chat -> {
                    throw new IllegalStateException("oven broken");
                })
                .fails(IllegalStateException.class);
        assertThat(thrown).hasMessage("oven broken");
    }

    @Test
    void a_program_that_throws_does_not_pass_as_one_that_ends() {
        assertThatThrownBy(() -> Script.ofRoutine(chat -> {
                            throw new IllegalStateException("oven broken");
                        })
                        .ends())
                .hasMessageContaining("oven broken");
    }

    @Test
    void a_model_call_too_many_fails_the_test_with_the_prompt() {
        assertThatThrownBy(() -> Script.ofRoutine(ScriptTest::talk).hears().reply("hi"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no answer left")
                .hasMessageContaining("User[hi]");
    }

    @Test
    void a_program_with_a_state_of_its_own_is_found_out_by_hibernating() {
        AtomicInteger count = new AtomicInteger();
        Script<?> script = Script.ofRoutine(chat -> {
                    chat.ask("first?");
                    chat.ask("question " + count.incrementAndGet() + "?");
                })
                .hibernating(true)
                .asks("first?");
        assertThatThrownBy(() -> script.reply("yes"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("question 1?")
                .hasMessageContaining("question 2?");
    }

    @Test
    void a_hibernating_session_asks_again_what_was_refused_and_says_nothing_twice() {
        Script.of(ScriptTest::order)
                .hibernating(true)
                .asks("Which size?")
                .reply("huge")
                .notices("Please choose one of: small, large.")
                .asksAgain()
                .reply("large")
                .asks("So: Order[size=LARGE]?")
                .reply("yes")
                .says("In the oven.")
                .returns(new Order(Size.LARGE));
    }
}
