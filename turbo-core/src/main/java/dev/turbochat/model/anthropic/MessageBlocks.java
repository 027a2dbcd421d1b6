package dev.turbochat.model.anthropic;

import dev.turbochat.model.http.DataUri;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Signed;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages as blocks of content.
 *
 * <p>Texts that are empty are left out, as the format refuses them. The results of tools are a user's, and messages of the
 * same role are one. Places up to which the vendor is to keep the prompt are marked behind the instructions that lead and
 * behind the newest message.
 */
final class MessageBlocks {
    /** The vendor's name under which signatures of thoughts are kept, and thoughts that it keeps to itself. */
    static final String SIGNED = "anthropic";

    static final String REDACTED = "anthropic-redacted";

    private static final Set<String> MARKABLE = Set.of("text", "image", "tool_use", "tool_result");

    private final List<Map<String, Object>> instructions = new ArrayList<>();
    private final List<Map<String, Object>> messages = new ArrayList<>();
    private List<Map<String, Object>> open = List.of(); // the blocks of the newest message
    private String role = "";

    /**
     * @param cache the mark; empty for none
     */
    MessageBlocks(List<Message> all, Map<String, Object> cache) {
        boolean leading = true;
        for (Message message : all) {
            if (leading && !(message instanceof Message.System)) {
                leading = false;
                mark(instructions, cache);
            }
            add(message);
        }
        if (leading) {
            mark(instructions, cache);
        }
        mark(open, cache);
    }

    List<Map<String, Object>> instructions() {
        return instructions;
    }

    List<Map<String, Object>> messages() {
        return messages;
    }

    private static void mark(List<Map<String, Object>> blocks, Map<String, Object> cache) {
        if (!cache.isEmpty()
                && !blocks.isEmpty()
                && MARKABLE.contains(String.valueOf(blocks.getLast().get("type")))) {
            blocks.getLast().put("cache_control", cache);
        }
    }

    private void add(Message message) {
        switch (message) {
            case Message.System system -> {
                if (!system.text().isBlank()) {
                    instructions.add(text(system.text()));
                }
            }
            case Message.User user -> add("user", content(user.parts()));
            case Message.Assistant answer -> {
                List<Map<String, Object>> blocks = content(answer.parts());
                answer.calls().forEach(call -> blocks.add(call(call)));
                add("assistant", blocks);
            }
            case Message.ToolResult result -> add("user", List.of(result(result)));
        }
    }

    private void add(String newRole, List<Map<String, Object>> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        if (!newRole.equals(role)) {
            role = newRole;
            open = new ArrayList<>();
            messages.add(Json.fields("role", role, "content", open));
        }
        open.addAll(blocks);
    }

    private static List<Map<String, Object>> content(List<Part> parts) {
        List<Map<String, Object>> blocks = new ArrayList<>();
        for (Part part : parts) {
            Map<String, Object> block = switch (part) {
                case Part.Text(String text) -> text.isBlank() ? null : text(text);
                case Part.Image image -> image(image);
                case Part.Reasoning thought -> thought(thought);
            };
            if (block != null) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private static Map<String, Object> block(String type) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", type);
        return block;
    }

    private static Map<String, Object> text(String text) {
        Map<String, Object> block = block("text");
        block.put("text", text);
        return block;
    }

    private static Map<String, Object> image(Part.Image image) {
        Map<String, Object> block = block("image");
        block.put(
                "source",
                DataUri.of(image.uri())
                        .map(data ->
                                Json.fields("type", "base64", "media_type", data.mediaType(), "data", data.base64()))
                        .orElseGet(() ->
                                Json.fields("type", "url", "url", image.uri().toString())));
        return block;
    }

    /** A thought as it came; null if it is another vendor's, or has no signature, without which it is refused. */
    private static @Nullable Map<String, Object> thought(Part.Reasoning thought) {
        String redacted = Signed.of(REDACTED, thought.signature());
        if (redacted != null) {
            Map<String, Object> block = block("redacted_thinking");
            block.put("data", redacted);
            return block;
        }
        String signature = Signed.of(SIGNED, thought.signature());
        if (signature == null) {
            return null;
        }
        Map<String, Object> block = block("thinking");
        block.put("thinking", thought.text());
        block.put("signature", signature);
        return block;
    }

    private static Map<String, Object> call(ToolCall call) {
        Map<String, Object> block = block("tool_use");
        block.put("id", id(call.id()));
        block.put("name", call.name());
        block.put("input", Json.arguments(call.arguments()));
        return block;
    }

    private static Map<String, Object> result(Message.ToolResult result) {
        Map<String, Object> block = block("tool_result");
        block.put("tool_use_id", id(result.callId()));
        block.put("content", content(result.parts()));
        if (result.failed()) {
            block.put("is_error", true);
        }
        return block;
    }

    /** The id as the format takes it: another vendor's may have other characters. */
    private static String id(String id) {
        String fit = id.replaceAll("[^a-zA-Z0-9_-]", "_");
        return fit.isEmpty() ? "_" : fit;
    }
}
