package dev.turbochat.memory;

import dev.turbochat.memory.LineScanner.Unusual;
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

/**
 * Reads the commonest bodies, as they are usually written, many times as fast as Jackson binds them: conversations of texts
 * consist of little else. What is not as usual is left to Jackson, which decides what is right.
 */
final class BodyReader {
    private final LineScanner in;

    private BodyReader(LineScanner in) {
        this.in = in;
    }

    /**
     * Reads the body that the scanner has come to.
     *
     * @return the body; null if it is for Jackson to read: then the scanner is somewhere in it
     */
    static @Nullable Body read(LineScanner in) {
        try {
            return new BodyReader(in).body();
        } catch (Unusual | DateTimeException e) {
            return null;
        }
    }

    private @Nullable Body body() {
        Body body = switch (in.begin().member("kind").string()) {
            case "message" -> new Body.Said(message());
            case "input" -> answered();
            case "generating" -> new Body.Generating(settings());
            case "generated" -> generated();
            default -> null;
        };
        if (body != null) {
            in.end();
        }
        return body;
    }

    private Body answered() {
        return new Body.Answered(in.member("prompt").string(), input(), null);
    }

    private Input input() {
        in.member("input").begin();
        String text = in.member("text").string();
        List<Part> parts = parts();
        String author = stringIfThere("author");
        String id = stringIfThere("id");
        Instant at = LineReader.time(in.member("at").string());
        in.end();
        return new Input(text, parts, author, id, at);
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        in.member("settings").begin();
        while (!in.isAtEnd()) {
            settings.put(in.name(), in.scalar());
        }
        in.end();
        return settings;
    }

    private Body generated() {
        if (!(message() instanceof Message.Assistant answer)) {
            throw new Unusual();
        }
        int candidate = in.member("candidate").integer();
        Usage usage = usage();
        String model = in.member("model").string();
        boolean silent = in.has("silent") && in.bool();
        return new Body.Generated(answer, candidate, usage, model, silent);
    }

    private Usage usage() {
        in.member("usage").begin();
        long prompt = in.member("prompt").number();
        long completion = in.member("completion").number();
        long cached = in.has("cached") ? in.number() : 0;
        long written = in.has("written") ? in.number() : 0;
        long reasoning = in.has("reasoning") ? in.number() : 0;
        in.end();
        return new Usage(prompt, completion, cached, written, reasoning);
    }

    private Message message() {
        in.member("message").begin();
        String role = in.member("role").string();
        List<Part> parts = parts();
        Message message = switch (role) {
            case "system" -> new Message.System(parts);
            case "user" -> new Message.User(parts, stringIfThere("author"));
            case "assistant" -> new Message.Assistant(parts, finish());
            default -> throw new Unusual();
        };
        in.end();
        return message;
    }

    private Message.Finish finish() {
        return switch (in.member("finish").string()) {
            case "COMPLETE" -> Message.Finish.COMPLETE;
            case "LENGTH" -> Message.Finish.LENGTH;
            case "STOPPED" -> Message.Finish.STOPPED;
            default -> throw new Unusual();
        };
    }

    /** Texts, and nothing else. */
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>(1);
        in.member("parts").beginArray();
        while (in.element()) {
            if (!in.begin().member("type").string().equals("text")) {
                throw new Unusual();
            }
            parts.add(Part.of(in.member("text").string()));
            in.end();
        }
        return parts;
    }

    private @Nullable String stringIfThere(String name) {
        return in.has(name) ? in.string() : null;
    }
}
