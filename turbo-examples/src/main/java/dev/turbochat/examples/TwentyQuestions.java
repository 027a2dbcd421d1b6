package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import java.util.List;

/** The model asks and the user answers: who speaks first is only the order of the statements. */
public final class TwentyQuestions implements Recipe<TwentyQuestions.Options> {
    /** How long it may take. */
    public record Options(
            @Option(value = "How many questions the model has", defaultValue = "20")
            int questions) {}

    private static final List<String> ANSWERS = List.of("yes", "no", "sometimes", "you guessed it");

    /** Returns whether the model found out. */
    static boolean play(Chat chat, int questions) {
        chat.system("You play twenty questions: the user thinks of a thing, and you find out what it is."
                + " Ask one short question at a time that can be answered with yes or no; guess when you are sure.");
        chat.notice("Think of a thing. I have " + questions + " questions.");
        chat.user("I have thought of something. Ask your first question.");
        for (int i = 1; i <= questions; i++) {
            chat.pinBeforeNewest("count", "This is question " + i + " of " + questions + ".");
            chat.generate();
            String answer = chat.choose("Your answer?", ANSWERS);
            if (answer.equals("you guessed it")) {
                chat.say("Found it, after " + i + " of " + questions + "!");
                return true;
            }
            chat.user(answer);
        }
        chat.say("I give up. You win!");
        return false;
    }

    @Override
    public String name() {
        return "twenty-questions";
    }

    @Override
    public String description() {
        return "Think of something: the model asks";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public Object run(Chat chat, Options options) {
        return play(chat, options.questions());
    }
}
