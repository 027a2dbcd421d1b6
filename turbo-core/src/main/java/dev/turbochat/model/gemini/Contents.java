package dev.turbochat.model.gemini;

import dev.turbochat.model.http.DataUri;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Signed;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The messages as contents of parts. The results of tools are a user's, and messages of the same role are one. */
final class Contents {
    /** The vendor's name under which signatures are kept. */
    static final String SIGNED = "gemini";

    /** What Google documents for calls that its model did not make itself: they have no signature. */
    private static final String FOREIGN = "skip_thought_signature_validator";

    private final boolean signs;
    private final List<Map<String, Object>> instructions = new ArrayList<>();
    private final List<Map<String, Object>> contents = new ArrayList<>();
    private List<Map<String, Object>> open = List.of();
    private String role = "";

    /**
     * @param signs whether the model refuses calls without a signature
     */
    Contents(List<Message> messages, boolean signs) {
        this.signs = signs;
        messages.forEach(this::add);
    }

    List<Map<String, Object>> instructions() {
        return instructions;
    }

    List<Map<String, Object>> contents() {
        return contents;
    }

    private void add(Message message) {
        switch (message) {
            case Message.System system -> {
                if (!system.text().isEmpty()) {
                    instructions.add(Json.fields("text", system.text()));
                }
            }
            case Message.User user -> add("user", parts(user.parts()));
            case Message.Assistant answer -> add("model", answer(answer));
            case Message.ToolResult result -> add("user", result(result));
        }
    }

    private void add(String newRole, List<Map<String, Object>> parts) {
        if (parts.isEmpty()) {
            return;
        }
        if (!newRole.equals(role)) {
            role = newRole;
            open = new ArrayList<>();
            contents.add(Json.fields("role", role, "parts", open));
        }
        open.addAll(parts);
    }

    private static List<Map<String, Object>> parts(List<Part> parts) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Part part : parts) {
            Map<String, Object> one = switch (part) {
                case Part.Text(String text) -> text.isEmpty() ? null : Json.fields("text", text);
                case Part.Image image -> image(image);
                case Part.Reasoning thought -> thought(thought);
            };
            if (one != null) {
                all.add(one);
            }
        }
        return all;
    }

    private static Map<String, Object> image(Part.Image image) {
        return DataUri.of(image.uri())
                .map(data ->
                        Json.fields("inlineData", Json.fields("mimeType", data.mediaType(), "data", data.base64())))
                .orElseGet(() -> {
                    Map<String, Object> file = new LinkedHashMap<>();
                    String type = URLConnection.guessContentTypeFromName(
                            String.valueOf(image.uri().getPath()));
                    if (type != null) {
                        file.put("mimeType", type);
                    }
                    file.put("fileUri", image.uri().toString());
                    return Json.fields("fileData", file);
                });
    }

    /** A thought as it came; null if it has no signature of this vendor's: its text alone is of no use to the model. */
    private static @Nullable Map<String, Object> thought(Part.Reasoning thought) {
        String signature = Signed.of(SIGNED, thought.signature());
        if (signature == null) {
            return null;
        }
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("text", thought.text());
        if (!thought.text().isEmpty()) {
            part.put("thought", true);
        }
        part.put("thoughtSignature", signature);
        return part;
    }

    private List<Map<String, Object>> answer(Message.Assistant answer) {
        List<Map<String, Object>> parts = parts(answer.parts());
        boolean first = true;
        for (ToolCall call : answer.calls()) {
            parts.add(call(call, first));
            first = false;
        }
        return parts;
    }

    /** Of calls at once, only the first has a signature. */
    private Map<String, Object> call(ToolCall call, boolean first) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put(
                "functionCall",
                Json.fields("id", call.id(), "name", call.name(), "args", Json.arguments(call.arguments())));
        String signature = Signed.of(SIGNED, call.signature());
        if (signature != null || (first && signs)) {
            part.put("thoughtSignature", signature == null ? FOREIGN : signature);
        }
        return part;
    }

    private static List<Map<String, Object>> result(Message.ToolResult result) {
        List<Map<String, Object>> parts = new ArrayList<>();
        parts.add(Json.fields(
                "functionResponse",
                Json.fields(
                        "id",
                        result.callId(),
                        "name",
                        result.name(),
                        "response",
                        Json.fields(result.failed() ? "error" : "output", result.text()))));
        result.parts().stream()
                .filter(Part.Image.class::isInstance)
                .map(Part.Image.class::cast)
                .forEach(image -> parts.add(image(image)));
        return parts;
    }
}
