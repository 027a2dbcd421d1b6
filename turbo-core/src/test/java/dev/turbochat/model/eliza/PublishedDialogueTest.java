package dev.turbochat.model.eliza;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The conversation on the first pages of the paper, CACM 9(1), January 1966, pages 36 and 37. */
class PublishedDialogueTest {
    private static final String[] DIALOGUE = {
        "Men are all alike.",
        "IN WHAT WAY",
        "They're always bugging us about something or other.",
        "CAN YOU THINK OF A SPECIFIC EXAMPLE",
        "Well, my boyfriend made me come here.",
        "YOUR BOYFRIEND MADE YOU COME HERE",
        "He says I'm depressed much of the time.",
        "I AM SORRY TO HEAR YOU ARE DEPRESSED",
        "It's true. I am unhappy.",
        "DO YOU THINK COMING HERE WILL HELP YOU NOT TO BE UNHAPPY",
        "I need some help, that much seems certain.",
        "WHAT WOULD IT MEAN TO YOU IF YOU GOT SOME HELP",
        "Perhaps I could learn to get along with my mother.",
        "TELL ME MORE ABOUT YOUR FAMILY",
        "My mother takes care of me.",
        "WHO ELSE IN YOUR FAMILY TAKES CARE OF YOU",
        "My father.",
        "YOUR FATHER",
        "You are like my father in some ways.",
        "WHAT RESEMBLANCE DO YOU SEE",
        "You are not very aggressive but I think you don't want me to notice that.",
        "WHAT MAKES YOU THINK I AM NOT VERY AGGRESSIVE",
        "You don't argue with me.",
        "WHY DO YOU THINK I DON'T ARGUE WITH YOU",
        "You are afraid of me.",
        "DOES IT PLEASE YOU TO BELIEVE I AM AFRAID OF YOU",
        "My father is afraid of everybody.",
        "WHAT ELSE COMES TO MIND WHEN YOU THINK OF YOUR FATHER",
        "Bullies.",
        "DOES THAT HAVE ANYTHING TO DO WITH THE FACT THAT YOUR BOYFRIEND MADE YOU COME HERE"
    };

    @Test
    void is_reproduced_turn_by_turn() {
        Conversation conversation = new Conversation();

        for (int i = 0; i < DIALOGUE.length; i += 2) {
            assertThat(plain(conversation.say(DIALOGUE[i]))).as(DIALOGUE[i]).isEqualTo(DIALOGUE[i + 1]);
        }
    }

    @Test
    void is_the_same_from_a_teletype_without_small_letters() {
        Conversation conversation = new Conversation();

        for (int i = 0; i < DIALOGUE.length; i += 2) {
            String typed = DIALOGUE[i].toUpperCase(Locale.ROOT);
            assertThat(plain(conversation.say(typed))).as(typed).isEqualTo(DIALOGUE[i + 1]);
        }
    }

    @Test
    void reads_well_in_mixed_case() {
        Conversation conversation = new Conversation();

        assertThat(conversation.say("Men are all alike.")).isEqualTo("In what way?");
        conversation.say("They're always bugging us about something or other.");
        assertThat(conversation.say("Well, my boyfriend made me come here."))
                .isEqualTo("Your boyfriend made you come here?");
        assertThat(conversation.say("He says I'm depressed much of the time."))
                .isEqualTo("I am sorry to hear you are depressed.");
    }

    private static String plain(String reply) {
        return reply.toUpperCase(Locale.ROOT).replaceAll("[.,?!]", "");
    }
}
