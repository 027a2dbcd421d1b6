package dev.turbochat;

import dev.turbochat.step.Input;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each kind of divergence is called, word for word. */
@Timeout(60)
class DivergenceTextsTest extends DivergenceFixture {
    @Test
    void a_step_that_was_put_in() throws Exception {
        record();
        diverges(
                "2 your program said 'hello', and now it adds system 'Be brief.' at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    chat.system("Be brief.");
                    original(chat);
                });
    }

    @Test
    void a_step_that_was_taken_out() throws Exception {
        record();
        diverges(
                "2 your program said 'hello', and now it asks 'Name?' at HERE; what differs is the kind of step",
                chat -> {
                    chat.hear("Name?");
                    chat.generate();
                });
    }

    @Test
    void steps_in_another_order() throws Exception {
        record();
        diverges(
                "5 your program called generate(), and now it does effect 'book' at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    chat.say("hello");
                    chat.hear("Name?");
                    chat.effect("book", String.class, () -> "booked " + effects.incrementAndGet());
                    chat.generate();
                });
    }

    @Test
    void an_effect_of_another_name() throws Exception {
        record();
        diverges(
                "7 your program did effect 'book', and now it does effect 'cancel' at HERE; what differs is the name",
                chat -> {
                    chat.say("hello");
                    chat.hear("Name?");
                    chat.generate();
                    chat.effect("cancel", String.class, () -> "cancelled " + effects.incrementAndGet());
                });
    }

    @Test
    void an_effect_that_is_now_done_once() throws Exception {
        record();
        diverges(
                "7 your program did effect 'book', and now it does effectOnce 'book' at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    chat.say("hello");
                    chat.hear("Name?");
                    chat.generate();
                    chat.effectOnce("book", String.class, key -> "booked " + effects.incrementAndGet());
                });
    }

    @Test
    void a_pin_of_another_label() throws Exception {
        recordUntilItSleeps(chat -> {
            chat.pin("tone", "Be kind.");
            chat.ask("Name?");
            chat.ask("And?");
        });
        diverges(
                "2 your program pinned 'tone' as 'Be kind.', and now it pins 'voice' as 'Be kind.' at HERE;"
                        + " what differs is the label",
                chat -> chat.pin("voice", "Be kind."));
    }

    @Test
    void a_generation_in_place_of_an_effect_never_calls_the_model() throws Exception {
        record();
        diverges(
                "7 your program did effect 'book', and now it calls generate() at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    chat.say("hello");
                    chat.hear("Name?");
                    chat.generate();
                    chat.generate();
                });
    }

    @Test
    void a_question_in_place_of_a_sleep_and_of_a_secret_and_the_time() throws Exception {
        recordUntilItSleeps(chat -> {
            chat.sleepUntil(Instant.EPOCH);
            chat.now();
            chat.askSecret("Card?");
            chat.ask("And?");
        });
        diverges(
                "2 your program called sleepUntil, and now it asks 'How long?' at HERE;"
                        + " what differs is the kind of step",
                chat -> chat.ask("How long?"));
        diverges(
                "4 your program called now(), and now it calls random() at HERE;" + " what differs is the kind of step",
                chat -> {
                    chat.sleepUntil(Instant.MAX);
                    chat.random();
                });
        diverges(
                "5 your program asked for secret 'Card?', and now it waits for input at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    chat.sleepUntil(Instant.EPOCH);
                    chat.now();
                    chat.hear();
                });
    }

    @Test
    void steps_that_went_into_an_aside() throws Exception {
        record();
        diverges(
                "2 your program said 'hello' outside of any aside, and now it says 'hello' in aside 1 at HERE;"
                        + " what differs is the aside",
                chat -> chat.aside(aside -> {
                    aside.say("hello");
                    return aside.hear("Name?");
                }));
    }

    @Test
    void steps_that_came_out_of_an_aside() throws Exception {
        recordUntilItSleeps(chat -> {
            chat.aside(aside -> aside.ask("Name?"));
            chat.ask("And?");
        });
        diverges(
                "2 your program asked 'Name?' in aside 1, and now it asks 'Name?' outside of any aside at HERE;"
                        + " what differs is the aside",
                chat -> chat.ask("Name?"));
        diverges(
                "2 your program asked 'Name?' in aside 1, and now it asks 'Name?' in aside 2 at HERE;"
                        + " what differs is the aside",
                chat -> {
                    chat.aside(aside -> "");
                    chat.aside(aside -> aside.ask("Name?"));
                });
    }

    @Test
    void an_early_end() throws Exception {
        record();
        diverges(
                "3 your program asked 'Name?', and now it ends; what differs is where it ends",
                chat -> chat.say("hello"));
    }

    @Test
    void an_early_exception() throws Exception {
        record();
        diverges(
                "3 your program asked 'Name?', and now it ends with java.lang.IllegalStateException: new bug at HERE;"
                        + " what differs is where it ends",
                chat -> {
                    chat.say("hello");
                    throw new IllegalStateException("new bug");
                });
    }

    @Test
    void a_typed_question_in_place_of_an_untyped_one() throws Exception {
        record();
        diverges(
                "3 your program asked 'Name?' (untyped), and now it asks 'Name?' (a value of type Boolean) at HERE;"
                        + " what differs is the type of the value",
                chat -> {
                    chat.say("hello");
                    chat.confirm("Name?");
                });
        diverges(
                "3 your program asked 'Name?' (untyped), and now it asks 'Name?' (a value of type String) at HERE;"
                        + " what differs is the type of the value",
                chat -> {
                    chat.say("hello");
                    chat.choose("Name?", List.of("Ada", "Eve"));
                });
    }

    @Test
    void an_untyped_question_in_place_of_a_typed_one() throws Exception {
        frontEnd.answers.addFirst(Input.text("what?"));
        frontEnd.answers.add(Input.text("yes"));
        recordUntilItSleeps(chat -> {
            chat.choose("Who?", List.of("Ada", "Eve"));
            chat.confirm("Sure?");
            chat.hear();
        });
        diverges(
                "2 your program asked 'Who?' for a value that fits, and now it asks 'Who?' at HERE;"
                        + " what differs is the kind of step",
                chat -> chat.ask("Who?"));
        diverges(
                "4 your program asked 'Sure?' (true or false), and now it asks 'Sure?' (untyped) at HERE;"
                        + " what differs is the type of the value",
                chat -> {
                    chat.choose("Who?", List.of("Ada", "Eve"));
                    chat.ask("Sure?");
                });
    }

    @Test
    void a_typed_question_of_another_type() throws Exception {
        recordUntilItSleeps(chat -> {
            chat.ask("Name?", String.class);
            chat.hear();
        });
        diverges(
                "2 your program asked 'Name?' (a text), and now it asks 'Name?' (a value of type Integer) at HERE;"
                        + " what differs is the type of the value",
                chat -> chat.ask("Name?", Integer.class));
    }

    @Test
    void an_effect_of_another_type() throws Exception {
        record();
        diverges(
                "8 your program did effect 'book' (a text), and now it does effect 'book' (a value of type Integer) at HERE;"
                        + " what differs is the type of the value",
                chat -> {
                    chat.say("hello");
                    chat.hear("Name?");
                    chat.generate();
                    chat.effect("book", Integer.class, effects::incrementAndGet);
                });
    }

    @Test
    void a_version_that_the_program_has_no_more() throws Exception {
        recordUntilItSleeps(chat -> {
            chat.version("greeting", 1, 2);
            chat.ask("Name?");
            chat.ask("And?");
        });
        diverges(
                "2 your program took version 2 of 'greeting', and now it has versions 3 to 4 of 'greeting' at HERE;"
                        + " what differs is the version",
                chat -> {
                    chat.version("greeting", 3, 4);
                    chat.ask("Name?");
                });
    }

    @Test
    void a_long_text_is_cut() throws Exception {
        record();
        diverges(
                "2 your program said 'hello', and now it adds user '"
                        + "very long, very long, very long, very long, very long, very ...' at HERE;"
                        + " what differs is the kind of step",
                chat -> chat.user("very long,\nvery long, ".repeat(1000)));
    }
}
