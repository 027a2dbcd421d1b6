package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import dev.turbochat.console.Console;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fortune teller who looks the visitor up first: a context, an effect, composition, settings. */
public final class Horoscope implements Recipe<Horoscope.Visitor> {
    /** Who comes in. */
    public record Visitor(
            @Option(value = "The visitor's number", defaultValue = "1")
            int id) {}

    /** Runs it in the terminal. */
    public static void main(String[] args) {
        Console.run(Horoscope::tell, c -> c.context(new Visitor(1)));
    }

    static void tell(Chat chat) {
        chat.system("You are a fortune teller");
        introduceUser(chat); // composition is a method call
        String question = chat.ask("What do you want to know?");
        chat.user(question);
        chat.generate(g -> g.temperature(0.9)); // streams to the front end, returns the Assistant
    }

    static void introduceUser(Chat chat) {
        Visitor visitor = chat.context(Visitor.class);
        String sign = chat.effect("zodiac", String.class, () -> Directory.zodiacOf(visitor.id())); // journaled once
        chat.user("My zodiac sign is " + sign);
    }

    /** Stands for a database somewhere. */
    static final class Directory {
        private static final List<String> SIGNS = List.of(
                "Aries",
                "Taurus",
                "Gemini",
                "Cancer",
                "Leo",
                "Virgo",
                "Libra",
                "Scorpio",
                "Sagittarius",
                "Capricorn",
                "Aquarius",
                "Pisces");

        private Directory() {}

        static String zodiacOf(int visitor) {
            return SIGNS.get(Math.floorMod(visitor, SIGNS.size()));
        }
    }

    @Override
    public String name() {
        return "horoscope";
    }

    @Override
    public String description() {
        return "A fortune teller who knows your sign";
    }

    @Override
    public Class<Visitor> options() {
        return Visitor.class;
    }

    @Override
    public @Nullable Object run(Chat chat, Visitor visitor) {
        tell(chat);
        return null;
    }
}
