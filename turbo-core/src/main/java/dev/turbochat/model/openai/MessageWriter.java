package dev.turbochat.model.openai;

import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Signed;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the messages of a request.
 *
 * <p>A user's author is sent as {@code name} if it is one by the format's rule, and left out otherwise: an author that was
 * made to fit could be somebody else. Images that a tool returned follow its results as a user's, since the format has no
 * other place for them.
 */
final class MessageWriter {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern SHORT_ID = Pattern.compile("[a-zA-Z0-9]{9}");

    private final JsonGenerator out;
    private final Quirks quirks;
    private final List<Part> images = new ArrayList<>(); // of tool results that have been written

    MessageWriter(JsonGenerator out, Quirks quirks) {
        this.out = out;
        this.quirks = quirks;
    }

    void write(List<Message> messages) {
        out.writeStartArray();
        for (Message message : messages) {
            if (!(message instanceof Message.ToolResult)) {
                images();
            }
            message(message);
        }
        images();
        out.writeEndArray();
    }

    private void images() {
        if (!images.isEmpty()) {
            message(new Message.User(List.copyOf(images), null));
            images.clear();
        }
    }

    private void message(Message message) {
        out.writeStartObject();
        out.writeStringProperty("role", message.role());
        switch (message) {
            case Message.System system -> content(system.parts());
            case Message.User user -> user(user);
            case Message.Assistant answer -> answer(answer);
            case Message.ToolResult result -> result(result);
        }
        out.writeEndObject();
    }

    private void user(Message.User user) {
        if (user.author() != null
                && NAME.matcher(user.author()).matches()
                && !"".equals(quirks.spelling().get("name"))) {
            out.writeStringProperty("name", user.author());
        }
        content(user.parts());
    }

    private void answer(Message.Assistant answer) {
        if (answer.text().isEmpty() && !answer.calls().isEmpty()) {
            out.writeNullProperty("content");
        } else {
            content(answer.parts());
        }
        thoughts(answer);
        if (!answer.calls().isEmpty()) {
            out.writeArrayPropertyStart("tool_calls");
            answer.calls().forEach(this::call);
            out.writeEndArray();
        }
    }

    private void thoughts(Message.Assistant answer) {
        if (quirks.thoughts().equals(Quirks.TEXT) && !answer.calls().isEmpty()) { // elsewhere they are of no use to it
            String text = answer.parts().stream()
                    .map(part -> part instanceof Part.Reasoning(String thought, var ignored) ? thought : "")
                    .collect(Collectors.joining());
            out.writeStringProperty(Quirks.TEXT, Json.wellFormed(text));
        } else if (quirks.thoughts().equals(Quirks.DETAILS)) {
            String details = answer.parts().stream()
                    .map(part -> part instanceof Part.Reasoning(var ignored, String signature)
                            ? Signed.of(ChunkReader.DETAILS, signature)
                            : null)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(","));
            if (!details.isEmpty()) {
                out.writeName(Quirks.DETAILS);
                Json.value(out, Quirks.DETAILS, new Json.Raw("[" + details + "]"));
            }
        }
    }

    private void call(ToolCall call) {
        out.writeStartObject();
        out.writeStringProperty("id", id(call.id()));
        out.writeStringProperty("type", "function");
        out.writeObjectPropertyStart("function");
        out.writeStringProperty("name", Json.wellFormed(call.name()));
        out.writeStringProperty("arguments", call.arguments().isBlank() ? "{}" : Json.wellFormed(call.arguments()));
        out.writeEndObject();
        out.writeEndObject();
    }

    private void result(Message.ToolResult result) {
        out.writeStringProperty("tool_call_id", id(result.callId()));
        out.writeStringProperty("content", Json.wellFormed(result.text()));
        result.parts().stream().filter(Part.Image.class::isInstance).forEach(images::add);
    }

    /** The id as the vendor takes it, the same for a call and its result. */
    private String id(String id) {
        if (!quirks.shortIds() || SHORT_ID.matcher(id).matches()) {
            return Json.wellFormed(id);
        }
        long hash = 1_125_899_906_842_597L;
        for (int i = 0; i < id.length(); i++) {
            hash = 31 * hash + id.charAt(i);
        }
        String digits = Long.toUnsignedString(hash, 36);
        return ("000000000" + digits).substring(digits.length());
    }

    private void content(List<Part> parts) {
        out.writeName("content");
        if (parts.stream().noneMatch(Part.Image.class::isInstance)) {
            out.writeString(Json.wellFormed(Part.text(parts)));
            return;
        }
        out.writeStartArray();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String text) -> {
                    out.writeStartObject();
                    out.writeStringProperty("type", "text");
                    out.writeStringProperty("text", Json.wellFormed(text));
                    out.writeEndObject();
                }
                case Part.Image(var uri) -> {
                    out.writeStartObject();
                    out.writeStringProperty("type", "image_url");
                    out.writeObjectPropertyStart("image_url");
                    out.writeStringProperty("url", uri.toString());
                    out.writeEndObject();
                    out.writeEndObject();
                }
                case Part.Reasoning ignored -> {} // see thoughts
            }
        }
        out.writeEndArray();
    }
}
