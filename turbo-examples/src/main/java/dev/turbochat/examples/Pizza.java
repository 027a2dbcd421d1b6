package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Prompt;
import dev.turbochat.Recipe;

/** Typed questions, asked again until the answers fit; no model is needed. */
public final class Pizza implements Recipe<Recipe.None> {
    enum Size {
        SMALL,
        MEDIUM,
        LARGE
    }

    record Order(@Prompt("Which size?") Size size) {}

    static Order order(Chat chat) {
        Order order;
        do {
            order = chat.ask("Your pizza?", Order.class); // a record: asked component by component
        } while (!chat.confirm("So: " + order + "?"));
        chat.say("In the oven.");
        return order;
    }

    @Override
    public String name() {
        return "pizza";
    }

    @Override
    public String description() {
        return "Orders a pizza by typed questions";
    }

    @Override
    public Class<None> options() {
        return None.class;
    }

    @Override
    public Object run(Chat chat, None options) {
        return order(chat);
    }
}
