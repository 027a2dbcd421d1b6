package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import dev.turbochat.step.Generate;

/** Self-ask: before it answers, the model asks itself what it has to know first, a question at a time. */
public final class SelfAsk implements Recipe<SelfAsk.Options> {
    /** How long it may take. */
    public record Options(
            @Option(value = "How many questions the model may ask itself", defaultValue = "4")
            int rounds) {}

    private static final String FOLLOW_UP = "Follow up:";

    static String answer(Chat chat, String question, int rounds) {
        chat.system("Find out what has to be known before the user's question can be answered. Reply with one line:"
                + " '" + FOLLOW_UP + "' and the next simple question, whose answer you are then told;"
                + " or 'Enough' when nothing more is needed.");
        chat.user(question);
        for (int round = 1; round <= rounds; round++) {
            String said = chat.generate(Generate::silent).text().strip();
            if (!said.startsWith(FOLLOW_UP)) {
                break;
            }
            String followUp = said.substring(FOLLOW_UP.length()).strip();
            chat.notice("It asks itself: " + followUp);
            String found = chat.aside(own -> lookUp(own, followUp));
            chat.notice("And finds: " + found);
            chat.user("Intermediate answer: " + found);
        }
        chat.user("Now answer, from what was found out: " + question);
        return chat.generate().text();
    }

    /** Asks the model, on messages of its own. A search engine would be asked here as an effect. */
    static String lookUp(Chat chat, String question) {
        chat.system("Answer in one sentence. Say so if you do not know.");
        chat.user(question);
        return chat.generate(Generate::silent).text();
    }

    @Override
    public String name() {
        return "self-ask";
    }

    @Override
    public String description() {
        return "Answers a hard question by way of simple ones";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public Object run(Chat chat, Options options) {
        return answer(chat, chat.ask("What would you like to know?"), options.rounds());
    }
}
