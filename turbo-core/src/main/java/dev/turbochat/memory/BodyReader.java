package dev.turbochat.memory;

import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Usage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the commonest bodies, as they are usually written, several times as fast as Jackson binds them: conversations of texts
 * consist of little else. What is not as usual is left to Jackson, which decides what is right.
 */
final class BodyReader {
    private final JsonParser parser;

    private BodyReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Says that a body is not as usual; without a stack, as it is no failure. */
    private static final class Unusual extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusual() {
            super(null, null, false, false);
        }
    }

    /**
     * Reads the object that the parser has come to.
     *
     * @return the body; null if it is for Jackson to read: then the parser is somewhere in it
     */
    static @Nullable Body read(JsonParser parser) {
        try {
            return new BodyReader(parser).body();
        } catch (Unusual | DateTimeException e) {
            return null;
        }
    }

    private @Nullable Body body() {
        if (!"kind".equals(parser.nextName())) {
            return null;
        }
        return switch (string()) {
            case "message" -> said();
            case "input" -> answered();
            case "generating" -> generating();
            case "generated" -> generated();
            default -> null;
        };
    }

    private Body said() {
        expect("message");
        Message message = message();
        end();
        return new Body.Said(message);
    }

    private Body answered() {
        String prompt = null;
        Input input = null;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "prompt" -> prompt = string();
                case "input" -> input = input();
                default -> throw new Unusual();
            }
        }
        return new Body.Answered(there(prompt), there(input), null);
    }

    private Input input() {
        String text = null;
        List<Part> parts = null;
        String author = null;
        String id = null;
        Instant at = null;
        begin();
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "text" -> text = string();
                case "parts" -> parts = parts();
                case "author" -> author = string();
                case "id" -> id = string();
                case "at" -> at = LineReader.time(string());
                default -> throw new Unusual();
            }
        }
        return new Input(there(text), there(parts), author, id, there(at));
    }

    private Body generating() {
        expect("settings");
        begin();
        Map<String, Object> settings = new LinkedHashMap<>();
        for (String name = name(); name != null; name = name()) {
            settings.put(name, scalar());
        }
        end();
        return new Body.Generating(settings);
    }

    private Body generated() {
        Message.Assistant message = null;
        Integer candidate = null;
        Usage usage = null;
        String model = null;
        boolean silent = false;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "message" -> message = message() instanceof Message.Assistant answer ? answer : null;
                case "candidate" -> candidate = integer();
                case "usage" -> usage = usage();
                case "model" -> model = string();
                case "silent" -> silent = bool();
                default -> throw new Unusual();
            }
        }
        return new Body.Generated(there(message), there(candidate), there(usage), there(model), silent);
    }

    private Usage usage() {
        Long prompt = null;
        Long completion = null;
        long cached = 0;
        long written = 0;
        long reasoning = 0;
        begin();
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "prompt" -> prompt = number();
                case "completion" -> completion = number();
                case "cached" -> cached = number();
                case "written" -> written = number();
                case "reasoning" -> reasoning = number();
                default -> throw new Unusual();
            }
        }
        return new Usage(there(prompt), there(completion), cached, written, reasoning);
    }

    private Message message() {
        begin();
        expect("role");
        String role = string();
        List<Part> parts = null;
        String author = null;
        Message.Finish finish = null;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "parts" -> parts = parts();
                case "author" -> author = string();
                case "finish" -> finish = finish();
                default -> throw new Unusual();
            }
        }
        boolean system = role.equals("system") && author == null && finish == null;
        boolean user = role.equals("user") && finish == null;
        boolean assistant = role.equals("assistant") && author == null;
        if (system) {
            return new Message.System(there(parts));
        }
        if (user) {
            return new Message.User(there(parts), author);
        }
        if (assistant) {
            return new Message.Assistant(there(parts), there(finish));
        }
        throw new Unusual();
    }

    private Message.Finish finish() {
        return switch (string()) {
            case "COMPLETE" -> Message.Finish.COMPLETE;
            case "LENGTH" -> Message.Finish.LENGTH;
            case "STOPPED" -> Message.Finish.STOPPED;
            default -> throw new Unusual();
        };
    }

    /** Texts, and nothing else. */
    private List<Part> parts() {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new Unusual();
        }
        List<Part> parts = new ArrayList<>(1);
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            expect("type");
            if (!string().equals("text")) {
                throw new Unusual();
            }
            expect("text");
            parts.add(Part.of(string()));
            end();
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw new Unusual();
        }
        return parts;
    }

    // Tokens

    private void begin() {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new Unusual();
        }
    }

    private void end() {
        if (parser.nextToken() != JsonToken.END_OBJECT) {
            throw new Unusual();
        }
    }

    private void expect(String name) {
        if (!name.equals(parser.nextName())) {
            throw new Unusual();
        }
    }

    /** The next name; null at the end of the object. */
    private @Nullable String name() {
        return parser.nextName();
    }

    private String string() {
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw new Unusual();
        }
        return parser.getString();
    }

    private long number() {
        if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new Unusual();
        }
        return parser.getLongValue();
    }

    private int integer() {
        if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new Unusual();
        }
        return parser.getIntValue();
    }

    private boolean bool() {
        return switch (parser.nextToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new Unusual();
        };
    }

    private Object scalar() {
        return switch (parser.nextToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            default -> throw new Unusual();
        };
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new Unusual();
        }
        return value;
    }
}
