package dev.turbochat.memory;

import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Writes the line of an entry, flat where people read it, and the commonest bodies by hand, as Jackson would from their
 * records: appending is little else, and a process that starts need not look at the records before its first word.
 * {@link LineReader} reads it.
 */
final class LineWriter {
    private final JsonGenerator json;

    LineWriter(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes an entry.
     *
     * @param more how many entries of the same append come behind it
     * @param blob the name of what stands for its body; null if the body itself does
     */
    void write(Entry entry, int more, @Nullable String blob) {
        Entry.Position position = entry.position();
        Entry.Stamp stamp = entry.stamp();
        json.writeStartObject();
        json.writeNumberProperty("v", Entry.FORMAT);
        json.writeNumberProperty("seq", position.seq());
        json.writeNumberProperty("run", position.run());
        if (!position.branch().isEmpty()) {
            json.writeStringProperty("branch", position.branch());
        }
        json.writeNumberProperty("step", position.ordinal());
        if (entry.ref() != Entry.NO_REF) {
            json.writeNumberProperty("ref", entry.ref());
        }
        json.writeNumberProperty("attempt", entry.attempt());
        json.writeStringProperty("time", stamp.time().toString());
        json.writeStringProperty("inc", stamp.incarnation().toString());
        json.writeNumberProperty("epoch", stamp.epoch());
        json.writeNumberProperty("append", stamp.append());
        if (more > 0) {
            json.writeNumberProperty("more", more);
        }
        if (blob == null) {
            json.writeName("body");
            write(entry.body());
        } else {
            json.writeStringProperty("blob", blob);
        }
        json.writeEndObject();
    }

    /** Writes a body. */
    void write(Body body) {
        switch (body) {
            case Body.Header header -> header(header);
            case Body.RunStarted started -> started(started);
            case Body.Said(Message message)
            when isUsual(message) -> {
                begin("message");
                message(message);
                json.writeEndObject();
            }
            case Body.Answered answered
            when answered.value() == null && isUsual(answered.input()) -> answered(answered);
            case Body.Generating(Map<String, Object> settings, boolean summary)
            when settings.isEmpty() && !summary -> {
                begin("generating");
                json.writeObjectPropertyStart("settings");
                json.writeEndObject();
                json.writeEndObject();
            }
            case Body.Generated generated
            when isUsual(generated.message()) && generated.value() == null && generated.usage() != null ->
                generated(generated);
            default -> Binding.WRITER.writeValue(json, body); // Jackson knows how all are written
        }
    }

    private static boolean isUsual(Input input) {
        return isText(input.parts()) && input.at() != null;
    }

    /** Whether it is made of nothing but texts, and lacks nothing, as what somebody makes by hand may. */
    private static boolean isUsual(Message message) {
        return switch (message) {
            case Message.System system -> isText(system.parts());
            case Message.User user -> isText(user.parts());
            case Message.Assistant answer ->
                isText(answer.parts()) && answer.calls().isEmpty() && answer.finish() != null;
            case Message.ToolResult ignored -> false;
        };
    }

    private static boolean isText(List<Part> parts) {
        for (Part part : parts) {
            if (!(part instanceof Part.Text)) {
                return false;
            }
        }
        return true;
    }

    private void header(Body.Header header) {
        begin("header");
        json.writeNumberProperty("format", header.format());
        json.writeStringProperty("session", header.session());
        json.writeEndObject();
    }

    private void started(Body.RunStarted started) {
        begin("run-started");
        json.writeStringProperty("program", started.program());
        json.writeNumberProperty("version", started.version());
        if (started.context() != null) {
            json.writeName("context");
            tree(started.context());
        }
        writeIfThere("opening", started.opening());
        if (started.byAnswer()) {
            json.writeBooleanProperty("byAnswer", true);
        }
        json.writeEndObject();
    }

    private void tree(JsonNode node) {
        if (node.isObject()) {
            json.writeStartObject();
            node.forEachEntry((name, value) -> {
                json.writeName(name);
                tree(value);
            });
            json.writeEndObject();
        } else if (node.isString()) {
            json.writeString(node.stringValue());
        } else if (node.isInt()) {
            json.writeNumber(node.intValue());
        } else if (node.isBoolean()) {
            json.writeBoolean(node.booleanValue());
        } else {
            Binding.MAPPER.writeTree(json, node);
        }
    }

    private void answered(Body.Answered answered) {
        Input input = answered.input();
        begin("input");
        json.writeStringProperty("prompt", answered.prompt());
        json.writeObjectPropertyStart("input");
        json.writeStringProperty("text", input.text());
        texts(input.parts());
        writeIfThere("author", input.author());
        writeIfThere("id", input.id());
        json.writeStringProperty("at", input.at().toString());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void generated(Body.Generated generated) {
        begin("generated");
        message(generated.message());
        json.writeNumberProperty("candidate", generated.candidate());
        usage(generated.usage());
        json.writeStringProperty("model", generated.model());
        if (generated.silent()) {
            json.writeBooleanProperty("silent", true);
        }
        writeIfThere("unfit", generated.unfit());
        json.writeEndObject();
    }

    private void usage(Usage usage) {
        json.writeObjectPropertyStart("usage");
        json.writeNumberProperty("prompt", usage.prompt());
        json.writeNumberProperty("completion", usage.completion());
        writeIfCounted("cached", usage.cached());
        writeIfCounted("written", usage.written());
        writeIfCounted("reasoning", usage.reasoning());
        json.writeEndObject();
    }

    private void message(Message message) {
        json.writeObjectPropertyStart("message");
        json.writeStringProperty("role", message.role());
        texts(message.parts());
        if (message instanceof Message.User user) {
            writeIfThere("author", user.author());
        } else if (message instanceof Message.Assistant answer) {
            json.writeStringProperty("finish", answer.finish().name());
        }
        json.writeEndObject();
    }

    private void texts(List<Part> parts) {
        json.writeArrayPropertyStart("parts");
        for (Part part : parts) {
            begin("type", "text");
            json.writeStringProperty("text", ((Part.Text) part).text());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void begin(String kind) {
        begin("kind", kind);
    }

    private void begin(String name, String kind) {
        json.writeStartObject();
        json.writeStringProperty(name, kind);
    }

    private void writeIfThere(String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }

    private void writeIfCounted(String name, long count) {
        if (count != 0) {
            json.writeNumberProperty(name, count);
        }
    }
}
