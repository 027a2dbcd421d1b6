package dev.turbochat.memory;

import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes the line of an entry, flat where people read it, and the commonest bodies, as Jackson would from their
 * records: appending is little else, and a process that starts need not look at the records before its first word.
 * {@link LineReader} reads it.
 */
final class LineWriter {
    /** What has more levels is for Jackson, which has a limit to them. */
    private static final int PLAIN_LEVELS = 8;

    private final LinePrinter json;

    LineWriter(LinePrinter json) {
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
        json.begin();
        json.member("v", Entry.FORMAT);
        json.member("seq", position.seq());
        json.member("run", position.run());
        if (!position.branch().isEmpty()) {
            json.member("branch", position.branch());
        }
        json.member("step", position.ordinal());
        if (entry.ref() != Entry.NO_REF) {
            json.member("ref", entry.ref());
        }
        json.member("attempt", entry.attempt());
        json.member("time", stamp.time().toString());
        json.member("inc", stamp.incarnation().toString());
        json.member("epoch", stamp.epoch());
        json.member("append", stamp.append());
        if (more > 0) {
            json.member("more", more);
        }
        if (blob == null) {
            json.member("body");
            write(entry.body());
        } else {
            json.member("blob", blob);
        }
        json.end();
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
                json.end();
            }
            case Body.Answered answered
            when answered.value() == null && isUsual(answered.input()) -> answered(answered);
            case Body.Generating(Map<String, Object> settings, boolean summary)
            when settings.isEmpty() && !summary -> {
                begin("generating");
                json.member("settings").begin();
                json.end();
                json.end();
            }
            case Body.Generated generated
            when isUsual(generated.message()) && generated.value() == null && generated.usage() != null ->
                generated(generated);
            default -> json.json(Binding.WRITER.writeValueAsBytes(body)); // Jackson knows how all are written
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
        json.member("format", header.format());
        json.member("session", header.session());
        json.end();
    }

    private void started(Body.RunStarted started) {
        begin("run-started");
        json.member("program", started.program());
        json.member("version", started.version());
        if (started.context() != null) {
            json.member("context");
            tree(started.context(), PLAIN_LEVELS);
        }
        writeIfThere("opening", started.opening());
        if (started.byAnswer()) {
            json.member("byAnswer", true);
        }
        json.end();
    }

    /** A program's options, say; Jackson is asked for what they seldom hold. */
    private void tree(JsonNode node, int levels) {
        if (node.isObject() && levels > 0) {
            json.begin();
            node.forEachEntry((name, value) -> {
                json.anyMember(name);
                tree(value, levels - 1);
            });
            json.end();
        } else if (node.isString()) {
            json.string(node.stringValue());
        } else if (node.isInt()) {
            json.number(node.intValue());
        } else {
            json.json(Binding.MAPPER.writeValueAsBytes(node));
        }
    }

    private void answered(Body.Answered answered) {
        Input input = answered.input();
        begin("input");
        json.member("prompt", answered.prompt());
        json.member("input").begin();
        json.member("text", input.text());
        texts(input.parts());
        writeIfThere("author", input.author());
        writeIfThere("id", input.id());
        json.member("at", input.at().toString());
        json.end();
        json.end();
    }

    private void generated(Body.Generated generated) {
        begin("generated");
        message(generated.message());
        json.member("candidate", generated.candidate());
        usage(generated.usage());
        json.member("model", generated.model());
        if (generated.silent()) {
            json.member("silent", true);
        }
        writeIfThere("unfit", generated.unfit());
        json.end();
    }

    private void usage(Usage usage) {
        json.member("usage").begin();
        json.member("prompt", usage.prompt());
        json.member("completion", usage.completion());
        writeIfCounted("cached", usage.cached());
        writeIfCounted("written", usage.written());
        writeIfCounted("reasoning", usage.reasoning());
        json.end();
    }

    private void message(Message message) {
        json.member("message").begin();
        json.member("role", message.role());
        texts(message.parts());
        if (message instanceof Message.User user) {
            writeIfThere("author", user.author());
        } else if (message instanceof Message.Assistant answer) {
            json.member("finish", answer.finish().name());
        }
        json.end();
    }

    private void texts(List<Part> parts) {
        json.member("parts").beginArray();
        for (Part part : parts) {
            json.element();
            begin("type", "text");
            json.member("text", ((Part.Text) part).text());
            json.end();
        }
        json.endArray();
    }

    private void begin(String kind) {
        begin("kind", kind);
    }

    private void begin(String name, String kind) {
        json.begin();
        json.member(name, kind);
    }

    private void writeIfThere(String name, @Nullable String value) {
        if (value != null) {
            json.member(name, value);
        }
    }

    private void writeIfCounted(String name, long count) {
        if (count != 0) {
            json.member(name, count);
        }
    }
}
