package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import java.time.Duration;

/** Reminds, also after a restart: while it waits, a host holds neither a thread nor memory for it. */
public final class Reminder implements Recipe<Reminder.Options> {
    /** How patient it is. */
    public record Options(
            @Option(value = "How many seconds it waits for a sign before it asks again", defaultValue = "60")
            int patience) {}

    /** Returns how often it had to remind. */
    static int remind(Chat chat, Duration patience) {
        String what = chat.ask("What shall I remind you of?");
        int seconds = chat.ask("In how many seconds?", Integer.class);
        chat.sleep(Duration.ofSeconds(seconds));
        int times = 1;
        while (chat.ask("Time for: " + what + ". Done?", patience).isEmpty()) {
            chat.say("You have not said a word.");
            times++;
        }
        chat.say("Well done.");
        return times;
    }

    @Override
    public String name() {
        return "reminder";
    }

    @Override
    public String description() {
        return "Reminds you of something, and insists";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public Object run(Chat chat, Options options) {
        return remind(chat, Duration.ofSeconds(options.patience()));
    }
}
