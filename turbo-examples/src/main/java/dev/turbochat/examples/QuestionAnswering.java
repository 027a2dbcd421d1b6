package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import dev.turbochat.step.Message;
import dev.turbochat.step.Pin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers from a text and nothing else. Of a long one, the model is shown the passages that share words with the question. */
public final class QuestionAnswering implements Recipe<QuestionAnswering.Options> {
    /** What is asked about. */
    public record Options(
            @Option("The text file to ask about") Path file,

            @Option(value = "How many passages of it the model is shown, of 1,200 characters", defaultValue = "8")
            int passages) {
        /**
         * @throws IllegalArgumentException if the model is to be shown nothing
         */
        public Options {
            if (passages < 1) {
                throw new IllegalArgumentException("--passages was " + passages + "; show the model at least one");
            }
        }
    }

    static void answer(Chat chat, Options options) {
        String text = chat.effect("read " + options.file(), String.class, () -> Files.readString(options.file()));
        Passages passages = Passages.of(text);
        chat.system("Answer from the passages that you are shown, and from nothing else that you know."
                + " If the answer is not in them, say that the text does not tell.");
        chat.notice("Ask about the text, or say 'enough'.");
        String before = "";
        for (String question = ask(chat); !question.equalsIgnoreCase("enough"); question = ask(chat)) {
            List<String> shown = passages.about(before + " " + question, options.passages());
            show(chat, String.join("\n...\n", shown)); // in place of those of the question before
            chat.user(question);
            chat.generate();
            before = question; // "And when was that?" is about it
        }
    }

    private static String ask(Chat chat) {
        return chat.ask("Your question?").strip();
    }

    /** A text is the user's material: what it says is no instruction, as it would be in a system message. */
    private static void show(Chat chat, String passages) {
        Message message = new Message.User("Passages of the text:\n\n" + passages);
        chat.emit(new Pin("passages", message, Pin.Place.BEFORE_NEWEST));
    }

    @Override
    public String name() {
        return "question-answering";
    }

    @Override
    public String description() {
        return "Answers questions about a text file";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public @Nullable Object run(Chat chat, Options options) {
        answer(chat, options);
        return null;
    }
}
