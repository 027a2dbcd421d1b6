package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.GetUserInput;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {
    private static final Part IMAGE = Part.Image.of(new byte[] {1, 2, 3}, "image/png");

    private final Fakes.FakeModel model = Fakes.model("fine");
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

    private <R> R call(Program<R> program) throws InterruptedException {
        try (Runner runner = Runner.of(model, options -> options.answers(3))) {
            return runner.call("s", program, frontEnd);
        }
    }

    @Test
    void the_reply_is_whole() throws Exception {
        Input given = new Input("look", List.of(IMAGE), "ada", "client-7", Instant.parse("2026-01-02T03:04:05Z"));
        frontEnd.answers.add(given);
        assertThat(this.<Input>call(chat -> chat.listen("Well?"))).isEqualTo(given);
        assertThat(frontEnd.shown(Event.Ask.class))
                .singleElement()
                .satisfies(ask -> assertThat(ask.question()).isEqualTo(Question.untyped("s", "Well?")));
    }

    @Test
    void a_reply_is_not_added_to_the_messages_by_itself() throws Exception {
        frontEnd.answers.add(Input.text("Ada"));
        List<Message> messages = call(chat -> {
            assertThat(chat.ask("Your name?")).isEqualTo("Ada");
            return chat.messages();
        });
        assertThat(messages).isEmpty();
    }

    @Test
    void heard_input_becomes_a_user_message_with_its_parts_and_author() throws Exception {
        frontEnd.answers.add(
                Input.text("look").parts(List.of(IMAGE)).author("ada").id("client-7"));
        List<Message> messages = call(chat -> {
            assertThat(chat.hear("Well?").id()).isEqualTo("client-7");
            return chat.messages();
        });
        assertThat(messages).containsExactly(new Message.User(List.of(Part.of("look"), IMAGE), "ada"));
    }

    @Test
    void a_picture_alone_is_no_empty_input() throws Exception {
        frontEnd.answers.add(Input.text("").parts(List.of(IMAGE)));
        List<Message> messages = call(chat -> {
            chat.hear();
            return chat.messages();
        });
        assertThat(messages).containsExactly(new Message.User(List.of(IMAGE), null));
    }

    @Test
    void a_recorded_prompt_is_a_message_and_is_not_shown_twice() throws Exception {
        frontEnd.answers.add(Input.text("Ada"));
        List<Message> messages = call(chat -> {
            chat.user(chat.emit(new GetUserInput("Your name?").recorded()).text());
            return chat.messages();
        });
        assertThat(lines(messages)).containsExactly("assistant: Your name?", "user: Ada");
        assertThat(frontEnd.shown()).startsWith("ask Your name?").doesNotContain("said Your name?");
    }

    @Test
    void empty_input_is_asked_again() throws Exception {
        frontEnd.answers.addAll(List.of(Input.text(""), Input.text(" \n\t"), Input.text("Ada")));
        assertThat(this.<String>call(chat -> chat.ask("Your name?"))).isEqualTo("Ada");
        assertThat(frontEnd.shown())
                .containsExactly(
                        "ask Your name?",
                        "notice Please write something.",
                        "ask again Your name?",
                        "notice Please write something.",
                        "ask again Your name?",
                        "done Ada");
    }

    @Test
    void empty_input_without_end_is_refused_by_name_and_the_run_stays_usable() throws Exception {
        frontEnd.answers.addAll(List.of(Input.text(""), Input.text(""), Input.text(""), Input.text("Ada")));
        String name = call(chat -> {
            assertThatThrownBy(() -> chat.ask("Your name?"))
                    .isInstanceOf(SessionException.EmptyInput.class)
                    .hasMessage("Session 's' was given empty input where text is needed; send some text or a picture.");
            return chat.ask("Your name, then?");
        });
        assertThat(name).isEqualTo("Ada");
    }

    @Test
    void a_secret_is_in_no_journal_event_or_file_and_is_asked_for_again(@TempDir Path folder) throws Exception {
        List<String> secrets = new ArrayList<>();
        Program<String> program = chat -> {
            secrets.add(chat.askSecret("Your key?"));
            return chat.ask("And now?");
        };
        try (Memory memory = Memory.file(folder);
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            frontEnd.answers.add(Input.text("hunter2"));
            assertThatThrownBy(() -> runner.call("s", program, frontEnd))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            frontEnd.answers.addAll(List.of(Input.text("hunter3"), Input.text("bye")));
            runner.call("s", program, frontEnd);
            assertThat(memory.read("s").toString()).doesNotContain("hunter");
        }
        assertThat(secrets).containsExactly("hunter2", "hunter3");
        assertThat(frontEnd.events.toString()).doesNotContain("hunter");
        assertThat(frontEnd.shown())
                .containsExactly("ask Your key?", "ask And now?", "ask again Your key?", "ask And now?", "done bye");
        assertThat(frontEnd.shown(Event.Ask.class).stream()
                        .map(ask -> ask.question().secret()))
                .containsExactly(true, false, true, false);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("hunter");
            }
        }
    }

    @Test
    void a_secret_that_is_asked_for_again_has_no_place_in_the_journal() throws Exception {
        Program<String> program = chat -> {
            chat.askSecret("Your key?");
            return chat.ask("And now?");
        };
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            frontEnd.answers.add(Input.text("hunter2"));
            assertThatThrownBy(() -> runner.call("s", program, frontEnd))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            frontEnd.answers.addAll(List.of(Input.text("hunter3"), Input.text("bye")));
            runner.call("s", program, frontEnd);
        }
        assertThat(frontEnd.shown(Event.Ask.class).stream().map(Event::id))
                .containsExactly("2.1.0", "3.1.0", "3.0.0", "3.1.0");
    }

    @Test
    void an_empty_secret_is_an_answer() throws Exception {
        frontEnd.answers.add(Input.text(""));
        assertThat(this.<String>call(chat -> chat.askSecret("Your key, if any?")))
                .isEmpty();
    }

    @Test
    void an_input_that_is_too_long_is_asked_for_again_and_refused_by_a_session() throws Exception {
        frontEnd.answers.addAll(List.of(Input.text("\u00E9".repeat(32_769)), Input.text("\u00E9".repeat(32_768))));
        int length = this.<String>call(chat -> chat.ask("Well?")).length();
        assertThat(length).isEqualTo(32_768);
        assertThat(frontEnd.shown())
                .startsWith("ask Well?", "notice Please write less: 65536 characters are the most.", "ask Well?");
        try (Runner runner = Runner.of(model);
                Session<String> session = runner.open("s", chat -> chat.ask("Well?"))) {
            session.next();
            assertThatThrownBy(() -> session.reply("x".repeat(65_537)))
                    .isInstanceOf(SessionException.InputTooLong.class);
            assertThat(session.reply("fine")).isInstanceOf(Turn.Finished.class);
        }
    }

    @Test
    void a_secret_that_is_asked_for_again_may_come_under_the_id_that_it_had() throws Exception {
        Program<String> program = chat -> chat.askSecret("Your key?") + chat.ask("And now?");
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            frontEnd.answers.add(Input.text("hunter2").id("1"));
            assertThatThrownBy(() -> runner.call("s", program, frontEnd))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            frontEnd.answers.addAll(
                    List.of(Input.text("hunter2").id("1"), Input.text("!").id("2")));
            assertThat(runner.call("s", program, frontEnd).toString()).isEqualTo("hunter2!");
        }
    }

    @Test
    void what_the_journal_holds_already_is_a_repeat_and_answers_nothing() throws Exception {
        frontEnd.answers.addAll(List.of(
                Input.text("one").id("1"),
                Input.text("one").id("1"),
                Input.text("one").id("2")));
        String both = this.call(chat -> chat.ask("First?") + chat.ask("Second?"));
        assertThat(both).isEqualTo("oneone");
        assertThat(frontEnd.answers).isEmpty();
    }

    @Test
    void what_was_said_before_is_told_to_who_asks() throws Exception {
        Program<String> program = chat -> {
            chat.say("Welcome.");
            chat.hear();
            chat.say("Bye.");
            return chat.ask("?");
        };
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            try (Session<String> session = runner.open("s", program)) {
                session.next();
                session.reply("hi");
            }
            try (Session<String> session = runner.open("s", program)) {
                assertThat(session.next().said()).isEmpty();
                assertThat(Fakes.lines(session.said(-1))).containsExactly("assistant: Welcome.", "assistant: Bye.");
                assertThat(Fakes.lines(session.said(2))).containsExactly("assistant: Bye.");
            }
        }
    }
}
