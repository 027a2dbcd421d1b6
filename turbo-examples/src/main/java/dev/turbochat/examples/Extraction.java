package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.step.Type;
import java.util.List;
import java.util.Optional;

/** Reads values out of a text. */
public final class Extraction {
    private Extraction() {}

    /** Who is spoken of. */
    public record Person(String name, Optional<Integer> age) {}

    /** How the text sounds. */
    public enum Mood {
        /** Friendly. */
        GOOD,
        /** Unfriendly. */
        BAD
    }

    /** What was found. */
    public record Found(List<Person> people, Mood mood) {}

    static Found extract(Chat chat, String text) {
        chat.system("Answer from the text alone.");
        chat.user(text);
        List<Person> people = chat.generate(new Type<List<Person>>() {});
        chat.user("And how does it sound?");
        Mood mood = chat.generate(Mood.class, g -> g.temperature(0));
        return new Found(people, mood);
    }
}
