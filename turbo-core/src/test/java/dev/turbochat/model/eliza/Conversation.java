package dev.turbochat.model.eliza;

import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A conversation with the model, as a program would hold it: the whole of it is sent each time. */
final class Conversation {
    private final Model model;
    private final List<Message> messages = new ArrayList<>();

    Conversation() {
        this(model());
    }

    Conversation(Model model) {
        this.model = model;
    }

    /** The therapist without pauses. */
    static Model model() {
        return new ElizaProvider(Duration.ZERO).open("eliza", Map.of()).orElseThrow();
    }

    /** A model that speaks by this script. */
    static Model model(String script) {
        Script read = ScriptReader.read("test.txt", script);
        return new ElizaModel(() -> read, Duration.ZERO);
    }

    /** The model's answer to one message in a new conversation. */
    static String answerTo(String text) {
        return new Conversation().say(text);
    }

    String say(String text) {
        return say(new Message.User(text));
    }

    String say(Message.User message) {
        messages.add(message);
        try {
            Message.Assistant answer = model.complete(new Prompt(messages, Settings.none()), Model.Listener.NONE)
                    .candidates()
                    .getFirst();
            messages.add(answer);
            return answer.text();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
