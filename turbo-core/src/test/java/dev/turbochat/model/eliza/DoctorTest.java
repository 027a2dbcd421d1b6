package dev.turbochat.model.eliza;

import static dev.turbochat.model.eliza.Conversation.answerTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {
    @Test
    void has_the_keywords_of_the_paper() {
        String paper = """
                sorry dont cant wont remember if dreamt dreamed dream dreams how when alike same certainly feel think
                believe wish perhaps maybe name deutsch francais italiano espanol xfremd hello computer machine machines
                computers am are your was were me you're i'm myself yourself mother mom dad father sister brother wife
                children i you yes no my can what because why everyone everybody nobody noone always like dit""";

        assertThat(ScriptReader.doctor().keywords()).containsKeys(paper.split("\\s+", -1));
    }

    @Test
    void has_the_ranks_of_the_paper() {
        Script script = ScriptReader.doctor();

        assertThat(Stream.of("computer", "name", "like", "remember", "dreamt", "dream", "my", "always", "can")
                        .map(word -> script.linked(word).rank()))
                .containsExactly(50, 15, 10, 5, 4, 3, 2, 1, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I want to name my computer             | Do computers worry you?",
                "My name is like a dream                | I am not interested in names.",
                "Do you remember Paris                  | Did you think I would forget Paris?",
                "She can remember what I said           | Why do you ask?",
                "I can't say why                        | How do you know you can't say why?"
            })
    void the_highest_rank_goes_first_and_then_the_first_in_the_phrase(String said, String answer) {
        assertThat(answerTo(said)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "You hate me.               | Why do you think I hate you?",
                "Your hat is old            | Why are you concerned over my hat is old?",
                "I love you.                | Perhaps in your fantasy we love each other.",
                "I do it myself             | You say you do it yourself?",
                "You\u2019re rude           | What makes you think I am rude?",
                "You'd help me              | Why do you think I would help you?",
                "im tired                   | Is it because you are tired that you came to me?",
                "I've lost my dog           | Your dog?",
                "I\u2019ll go home          | You say you'll go home?",
                "My mother hates you        | Tell me more about your family."
            })
    void pronouns_are_turned_around(String said, String answer) {
        assertThat(answerTo(said)).isEqualTo(answer);
    }

    @Test
    void what_is_turned_around_is_mended() {
        Conversation conversation = new Conversation();
        conversation.say("My mother is well");

        assertThat(conversation.say("My mother hates you")).isEqualTo("Who else in your family hates me?");
    }

    @Test
    void names_keep_their_capital_and_common_words_do_not() {
        assertThat(answerTo("Yesterday I met Paul")).isEqualTo("You say yesterday you met Paul?");
        assertThat(answerTo("I NEED A DRINK")).isEqualTo("What would it mean to you if you got a drink?");
    }

    @Test
    void replies_go_round() {
        Conversation conversation = new Conversation();

        List<String> answers =
                IntStream.range(0, 5).mapToObj(i -> conversation.say("sorry")).toList();

        assertThat(answers.subList(0, 4)).doesNotHaveDuplicates();
        assertThat(answers.get(4)).isEqualTo(answers.getFirst()).isEqualTo("Please don't apologize.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mother", "mom", "mum", "Dad", "sister", "wife", "husband", "children"})
    void family_is_known_by_its_tag(String relative) {
        assertThat(answerTo("I live with my " + relative)).isEqualTo("Tell me more about your family.");
    }

    @Test
    void belief_is_known_by_its_tag() {
        Conversation conversation = new Conversation();

        assertThat(conversation.say("I think I am ill")).isEqualTo("Do you really think so?");
        assertThat(conversation.say("I believe I am ill")).isEqualTo("But you are not sure you are ill.");
    }

    @Test
    void only_the_first_phrase_with_a_keyword_counts() {
        assertThat(answerTo("Well, that is it: I am sad, and my computer too")).isEqualTo(answerTo("I am sad"));
        assertThat(answerTo("It rains but I am sad")).isEqualTo(answerTo("I am sad"));
    }

    @Test
    void memory_comes_back_at_every_fourth_message_without_a_keyword() {
        Conversation conversation = new Conversation();
        conversation.say("My boyfriend made me come here");
        conversation.say("Xyzzy");
        assertThat(conversation.say("Xyzzy")).endsWith("your boyfriend made you come here?");

        IntStream.range(0, 3).forEach(i -> conversation.say("Xyzzy"));
        assertThat(conversation.say("Xyzzy")).as("remembered once").isNotEmpty().doesNotContain("boyfriend");
    }

    @Test
    void memories_come_back_in_the_order_in_which_they_were_made() {
        Conversation conversation = new Conversation();
        conversation.say("my cat is here");
        conversation.say("my dog is here");
        assertThat(conversation.say("Xyzzy")).contains("cat");
        IntStream.range(0, 3).forEach(i -> conversation.say("Xyzzy"));
        assertThat(conversation.say("Xyzzy")).contains("dog");
    }

    @Test
    void nothing_is_remembered_where_another_keyword_goes_first() {
        Conversation conversation = new Conversation();
        conversation.say("my computer is here");
        conversation.say("Xyzzy");

        assertThat(conversation.say("Xyzzy")).isEqualTo("Please go on.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "Help!", "Who are you?", "what are you", "Hi, who are you?", "What is this?"})
    void says_what_it_is_to_whoever_really_asks(String said) {
        assertThat(answerTo(said)).contains("ELIZA", "pattern matcher", "1966", "OPENAI_API_KEY", "--model");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Are you a computer?      | Do computers worry you?",
                "are you an AI            | Do computers worry you?",
                "Are you ChatGPT?         | Do computers worry you?",
                "Are you human?           | Why are you interested in whether I am human or not?",
                "I need help              | What would it mean to you if you got help?"
            })
    void plays_its_part_otherwise(String said, String answer) {
        assertThat(answerTo(said)).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"I want to kill myself", "I'm so tired, I just want to die.", "I think about suicide"})
    void steps_out_of_its_part_in_a_crisis(String said) {
        assertThat(answerTo(said)).contains("needs a person", "helpline");
    }

    @Test
    void is_polite_to_silence_and_pictures() {
        Part picture = Part.Image.of(new byte[3], "image/png");
        Conversation conversation = new Conversation();

        assertThat(conversation.say("")).isEqualTo("You are very quiet. What is on your mind?");
        assertThat(conversation.say(" ... ")).isEqualTo("Take your time.");
        assertThat(conversation.say(new Message.User(List.of(picture), null)))
                .isEqualTo("I cannot see pictures. What does it show?");
        assertThat(conversation.say(new Message.User(List.of(picture, Part.of("my cat")), null)))
                .isEqualTo("Your cat?");
    }
}
