package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Composition: a mixin is a method on the same messages, an aside a program on messages of its own. */
class AsideTest {
    private final Fakes.FakeModel model = Fakes.model("one", "two", "three");
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

    private void run(Routine routine) throws InterruptedException {
        try (Runner runner = Runner.of(model)) {
            runner.run("s", routine, frontEnd);
        }
    }

    private static void introduce(Chat chat) {
        chat.user("I am Ada.");
    }

    @Test
    void a_mixins_messages_reach_the_prompt_and_no_extra_call_is_made() throws Exception {
        run(chat -> {
            chat.system("Be brief.");
            introduce(chat);
            chat.generate();
        });
        assertThat(model.asked()).containsExactly("system: Be brief.", "user: I am Ada.");
        assertThat(model.calls()).isEqualTo(1);
    }

    @Test
    void neither_side_of_an_aside_sees_the_others_messages() throws Exception {
        run(chat -> {
            chat.system("Outer.");
            chat.pin("name", "The user is Ada.");
            chat.example("2+2", "4");
            chat.user("hi");
            String inner = chat.aside(aside -> {
                assertThat(aside.messages()).isEmpty();
                aside.system("Outer.");
                aside.user("summarise");
                return aside.generate().text();
            });
            assertThat(inner).isEqualTo("one");
            chat.generate();
            assertThat(lines(chat.messages())).containsExactly("system: Outer.", "user: hi", "assistant: two");
        });
        assertThat(lines(model.prompts.getFirst().messages())).containsExactly("system: Outer.", "user: summarise");
        assertThat(model.asked())
                .containsExactly("system: Outer.", "user: 2+2", "assistant: 4", "system: The user is Ada.", "user: hi");
    }

    @Test
    void what_is_said_aside_is_shown() throws Exception {
        frontEnd.answers.add(Input.text("Ada"));
        run(chat -> chat.aside(aside -> {
            aside.say("psst");
            aside.notice("aside");
            return aside.ask("Name?");
        }));
        assertThat(frontEnd.shown()).containsExactly("said psst", "notice aside", "ask Name?", "done null");
    }

    @Test
    void clearing_aside_leaves_the_messages_around_it() throws Exception {
        run(chat -> {
            chat.user("hi");
            chat.aside(aside -> {
                aside.user("inner");
                aside.clear();
                return aside.messages();
            });
            assertThat(lines(chat.messages())).containsExactly("user: hi");
        });
    }

    @Test
    void asides_nest_and_the_context_is_the_runs() throws Exception {
        record Who(String name) {}
        try (Runner runner = Runner.of(model)) {
            String name = runner.call(
                    "s",
                    chat -> chat.<String>aside(aside -> {
                        aside.user("outer");
                        String inner = aside.aside(innermost -> {
                            innermost.user("inner");
                            innermost.generate();
                            return innermost.context(Who.class).name();
                        });
                        aside.generate();
                        return inner;
                    }),
                    frontEnd,
                    start -> start.context(new Who("Ada")));
            assertThat(name).isEqualTo("Ada");
        }
        assertThat(lines(model.prompts.getFirst().messages())).containsExactly("user: inner");
        assertThat(model.asked()).containsExactly("user: outer");
    }

    @Test
    void an_exception_comes_out_of_an_aside_as_it_is_and_the_chat_goes_on() throws Exception {
        IOException checked = new IOException("disk");
        run(chat -> {
            assertThatThrownBy(() -> chat.aside(aside -> {
                        throw checked;
                    }))
                    .isSameAs(checked);
            assertThatThrownBy(() -> chat.aside(aside -> aside.aside(innermost -> {
                        throw new AssertionError("deep");
                    })))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("deep");
            chat.user("hi");
            chat.generate();
        });
        assertThat(model.asked()).containsExactly("user: hi");
    }

    @Test
    void the_chat_around_an_aside_is_refused_inside_it() throws Exception {
        run(chat -> {
            chat.aside(aside -> {
                assertThatThrownBy(() -> chat.user("hi"))
                        .isInstanceOf(ProgramException.StepOutsideAside.class)
                        .hasMessage("Step User was taken on another chat than the innermost aside of session 's';"
                                + " inside an aside, use the chat that it is given, and none after it.");
                aside.aside(innermost -> {
                    assertThatThrownBy(() -> aside.user("hi")).isInstanceOf(ProgramException.StepOutsideAside.class);
                    return innermost.messages();
                });
                return aside.messages();
            });
            assertThat(chat.messages()).isEmpty();
        });
    }

    @Test
    void the_chat_of_an_aside_is_refused_after_it_and_in_the_next() throws Exception {
        List<Chat> kept = new ArrayList<>();
        run(chat -> {
            chat.aside(kept::add);
            assertThatThrownBy(() -> kept.getFirst().generate())
                    .isInstanceOf(ProgramException.StepOutsideAside.class)
                    .hasMessageStartingWith("Step Generate was taken on another chat");
            chat.aside(next -> {
                assertThatThrownBy(() -> kept.getFirst().messages())
                        .isInstanceOf(ProgramException.StepOutsideAside.class);
                return next.messages();
            });
        });
    }

    @Test
    void an_aside_is_replayed_in_its_place() throws Exception {
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            Program<String> program = chat -> {
                chat.user("hi");
                String inner = chat.aside(aside -> {
                    aside.user("inner");
                    aside.ask("Inner?");
                    aside.say("inside");
                    return aside.generate().text() + aside.ask("Inner again?");
                });
                chat.generate();
                return inner + lines(chat.messages());
            };
            String result = null;
            try (Session<String> session = runner.open("s", program)) {
                session.next();
                session.reply("a");
            }
            try (Session<String> session = runner.open("s", program)) {
                Turn<String> turn = session.next();
                assertThat(turn.said()).isEmpty();
                turn = session.reply("b");
                result = ((Turn.Finished<String>) turn).result();
            }
            assertThat(result).isEqualTo("oneb[user: hi, assistant: two]");
            assertThat(memory.read("s").stream().map(entry -> entry.position().branch()))
                    .contains("1")
                    .startsWith("", "", "", "1")
                    .endsWith("", "");
        }
        assertThat(model.asked()).containsExactly("user: hi");
        assertThat(model.calls()).isEqualTo(2);
    }
}
