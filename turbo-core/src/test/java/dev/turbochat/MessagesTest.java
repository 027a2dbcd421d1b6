package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.step.Message;
import dev.turbochat.step.Pin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the model is sent, and what the program reads, of the messages that were emitted. */
class MessagesTest {
    private final Fakes.FakeModel model = Fakes.model("one", "two", "three");
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

    private void run(Routine routine) throws InterruptedException {
        try (Runner runner = Runner.of(model)) {
            runner.run("s", routine, frontEnd);
        }
    }

    @Test
    void emitted_messages_reach_the_model_in_order() throws Exception {
        run(chat -> {
            chat.system("Be brief.");
            chat.user("hi");
            chat.say("hello");
            chat.user("how are you?");
            chat.generate();
            chat.user("really?");
            chat.generate();
        });
        assertThat(model.asked())
                .containsExactly(
                        "system: Be brief.",
                        "user: hi",
                        "assistant: hello",
                        "user: how are you?",
                        "assistant: one",
                        "user: really?");
    }

    @Test
    void emitting_a_message_returns_it() throws Exception {
        Message.User picture = Fakes.picture("look");
        run(chat -> {
            assertThat(chat.emit(picture)).isEqualTo(picture);
            assertThat(chat.messages()).containsExactly(picture);
        });
    }

    @Test
    void only_what_is_said_in_the_assistants_name_is_shown() throws Exception {
        run(chat -> {
            chat.system("Be brief.");
            chat.user("hi");
            chat.say("hello");
            chat.notice("one moment");
        });
        assertThat(frontEnd.shown()).containsExactly("said hello", "notice one moment", "done null");
    }

    @Test
    void a_notice_never_reaches_the_model() throws Exception {
        run(chat -> {
            chat.user("hi");
            chat.notice("one moment");
            chat.generate();
            assertThat(lines(chat.messages())).containsExactly("user: hi", "assistant: one");
        });
        assertThat(model.asked()).containsExactly("user: hi");
    }

    @Test
    void parts_reach_the_model_as_they_are() throws Exception {
        Message.User picture = Fakes.picture("look");
        run(chat -> {
            chat.emit(picture);
            chat.generate();
        });
        assertThat(model.prompts.getLast().messages()).containsExactly(picture);
    }

    @Test
    void an_equal_system_message_is_not_repeated_and_another_is_added() throws Exception {
        run(chat -> {
            chat.system("Be brief.");
            chat.user("hi");
            chat.system("Be brief.");
            chat.system("Be kind.");
            assertThat(lines(chat.messages())).containsExactly("system: Be brief.", "user: hi", "system: Be kind.");
        });
    }

    @Test
    void examples_stand_behind_the_instructions_and_are_no_part_of_the_messages() throws Exception {
        run(chat -> {
            chat.user("hi");
            chat.example("2+2", "4");
            chat.example("3+3", "6");
            chat.generate();
            assertThat(lines(chat.messages())).containsExactly("user: hi", "assistant: one");
            chat.clear();
            chat.system("Reckon.");
            chat.example("1+1", "2");
            chat.user("5+5");
            chat.generate();
        });
        assertThat(lines(model.prompts.getFirst().messages()))
                .containsExactly("user: 2+2", "assistant: 4", "user: 3+3", "assistant: 6", "user: hi");
        assertThat(model.asked()).containsExactly("system: Reckon.", "user: 1+1", "assistant: 2", "user: 5+5");
    }

    @Test
    void an_example_is_not_shown() throws Exception {
        run(chat -> chat.example("2+2", "4"));
        assertThat(frontEnd.shown()).containsExactly("done null");
    }

    @Test
    void pins_stand_on_top_and_before_the_newest_message() throws Exception {
        run(chat -> {
            chat.pinBeforeNewest("mood", "The user is tired.");
            chat.pin("name", "The user is Ada.");
            chat.system("Be brief.");
            chat.example("2+2", "4");
            chat.user("hi");
            chat.say("hello");
            chat.user("how?");
            chat.generate();
            assertThat(lines(chat.messages()))
                    .containsExactly(
                            "system: Be brief.", "user: hi", "assistant: hello", "user: how?", "assistant: one");
        });
        assertThat(model.asked())
                .containsExactly(
                        "system: Be brief.",
                        "user: 2+2",
                        "assistant: 4",
                        "system: The user is Ada.",
                        "user: hi",
                        "assistant: hello",
                        "system: The user is tired.",
                        "user: how?");
    }

    @Test
    void the_last_pin_of_a_label_wins_wherever_it_stands() throws Exception {
        run(chat -> {
            chat.pin("a", "A1");
            chat.pin("b", "B1");
            chat.pin("a", "A2");
            chat.user("hi");
            chat.user("there");
            chat.generate();
            chat.pinBeforeNewest("b", "B2");
            chat.generate();
        });
        assertThat(lines(model.prompts.getFirst().messages()))
                .as("the newest of a place stands last")
                .containsExactly("system: B1", "system: A2", "user: hi", "user: there");
        assertThat(model.asked())
                .containsExactly("system: A2", "user: hi", "user: there", "system: B2", "assistant: one");
    }

    @Test
    void pins_stand_behind_the_instructions_where_there_is_nothing_else() throws Exception {
        run(chat -> {
            chat.pinBeforeNewest("late", "late");
            chat.pin("top", "top");
            chat.generate();
            chat.clear();
            chat.system("Be brief.");
            chat.pinBeforeNewest("late", "late");
            chat.pin("top", "top");
            chat.generate();
        });
        assertThat(lines(model.prompts.getFirst().messages())).containsExactly("system: top", "system: late");
        assertThat(model.asked()).containsExactly("system: Be brief.", "system: top", "system: late");
    }

    @Test
    void any_message_can_be_pinned_and_is_returned() throws Exception {
        Message.User memo = new Message.User("I am allergic to nuts.");
        run(chat -> {
            assertThat(chat.emit(new Pin("allergy", memo, Pin.Place.TOP))).isEqualTo(memo);
            chat.user("A cake, please.");
            chat.generate();
        });
        assertThat(model.asked()).containsExactly("user: I am allergic to nuts.", "user: A cake, please.");
    }

    @Test
    void clearing_has_the_model_start_afresh() throws Exception {
        run(chat -> {
            chat.system("Be brief.");
            chat.example("2+2", "4");
            chat.pin("name", "The user is Ada.");
            chat.user("hi");
            chat.clear();
            assertThat(chat.messages()).isEmpty();
            chat.system("Be brief.");
            chat.user("again");
            chat.generate();
        });
        assertThat(model.asked()).containsExactly("system: Be brief.", "user: again");
    }

    @Test
    void the_messages_that_were_read_do_not_change_and_cannot_be_changed() throws Exception {
        List<Message> read = new ArrayList<>();
        run(chat -> {
            chat.user("hi");
            List<Message> messages = chat.messages();
            chat.user("there");
            read.addAll(messages);
            assertThatThrownBy(() -> messages.add(new Message.User("sneaked in")))
                    .isInstanceOf(UnsupportedOperationException.class);
        });
        assertThat(lines(read)).containsExactly("user: hi");
    }
}
