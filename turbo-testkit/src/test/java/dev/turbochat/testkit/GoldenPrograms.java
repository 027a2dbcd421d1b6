package dev.turbochat.testkit;

import dev.turbochat.Chat;
import dev.turbochat.error.ModelException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Outcome;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The programs that wrote the golden journals. They stay as they are: what they wrote is out in the world. */
final class GoldenPrograms {
    private GoldenPrograms() {}

    enum Size {
        SMALL,
        LARGE
    }

    record Order(Size size, int count) {
        Order {
            if (count < 1) {
                throw new IllegalArgumentException("one at least");
            }
        }
    }

    /** Unfinished: waits for the third input. */
    static Object talk(Chat chat) {
        chat.system("You are a helpful assistant.");
        chat.example("2+2?", "4");
        chat.pin("rule", "Be brief.");
        chat.pinBeforeNewest("mood", "Be kind.");
        while (true) {
            chat.hear();
            chat.generate(g -> g.temperature(0.5).maxTokens(100));
        }
    }

    /** Ended: a record that was refused, a choice, a secret, a yes. */
    static Object order(Chat chat) {
        Order order = chat.ask("Your order?", Order.class);
        String extra = chat.choose("Anything else?", List.of("olives", "nothing"));
        chat.askSecret("Your PIN?");
        chat.clear();
        chat.say("So: " + order + " with " + extra);
        return chat.confirm("Is that right?") ? order : "none";
    }

    /** Ended: effects that succeed, fail, come to nothing, are done once; what is drawn; an aside; a version. */
    static Object work(Chat chat) {
        Map<?, ?> value = chat.effect("map", Map.class, () -> Map.of("text", "a\u2028b\uD83D\uDE00", "number", 1.10));
        String failure = "";
        try {
            chat.effect("fails", String.class, () -> {
                throw new IllegalStateException("no");
            });
        } catch (ProgramException.EffectFailed e) {
            failure = e.type() + ": " + e.detail();
        }
        chat.effect("nothing", () -> {});
        chat.effectWithKey("charge", String.class, key -> "charged");
        Outcome<String> once = chat.effectOnce("mail", String.class, key -> "sent");
        Instant now = chat.now();
        double random = chat.random();
        String id = chat.uuid().toString();
        int version = chat.version("piece", 1, 2);
        String answer = chat.aside(aside -> {
            aside.user("Psst.");
            return aside.generate(g -> g.silent()).text();
        });
        String model = "";
        try {
            chat.user("Will you fail?");
            chat.generate();
        } catch (ModelException e) {
            model = e.code();
        }
        chat.notice("Done.");
        return String.join(
                " ",
                value.toString(),
                failure,
                once.toString(),
                now.toString(),
                "" + random,
                id,
                "" + version,
                answer,
                model);
    }

    /** Unfinished: its second run, of a context of its own, after it has begun anew; waits for a deadline. */
    static Object anew(Chat chat) {
        int count = chat.context(Integer.class);
        chat.system("Count.");
        if (count < 2) {
            chat.user("one");
            chat.say("two");
            return chat.continueAsNew(count + 1);
        }
        chat.sleep(Duration.ZERO);
        chat.listen("In time?", Duration.ofMillis(1));
        return chat.ask("For ever?", Duration.ofDays(36_500)).orElse("never");
    }

    /** Unfinished: calls tools with its own hands, one of which fails; waits for the next question. */
    static Object tools(Chat chat) {
        chat.user("Weather here and there?");
        Message.Assistant asked = chat.generate(g -> g.toolChoice("auto").parallelToolCalls(true));
        while (!asked.calls().isEmpty()) {
            for (ToolCall call : asked.calls()) {
                chat.emit(
                        call.arguments().endsWith("}")
                                ? new Message.ToolResult(call, "snow")
                                : new Message.ToolResult(call.id(), call.name(), List.of(Part.of("not JSON")), true));
            }
            asked = chat.generate(g -> g.promptCache(Duration.ofMinutes(5)));
        }
        return chat.ask("More?");
    }

    /** Unfinished: what has no room is summarised, and the summary with it; waits for an answer. */
    static Object window(Chat chat) {
        chat.system("Count.");
        for (int i = 0; i < 2; i++) {
            for (String word : List.of("one", "two", "three")) {
                chat.user("And " + word + ", " + i + "?");
                chat.say("Done: " + word + ".");
            }
            chat.generate(g -> g.window(Window.summary(50)));
            chat.hear();
        }
        return chat.ask("More?");
    }

    /** Hosted: started by a delivery, a message posted from outside, a second run. */
    static Object hosted(Chat chat) {
        String text = chat.hear().text();
        chat.generate();
        chat.generate();
        return text;
    }
}
