package dev.turbochat.tool.mcp;

import dev.turbochat.step.Part;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a server returned, as the model is told of it. */
final class Results {
    private Results() {}

    /**
     * @throws ToolFailed if the tool says that it failed
     */
    static Object of(String tool, McpSchema.CallToolResult result) throws ToolFailed {
        List<Part> parts = result.content() == null
                ? List.of()
                : result.content().stream().map(Results::part).toList();
        if (Boolean.TRUE.equals(result.isError())) {
            String said = text(parts);
            throw new ToolFailed(said.isBlank() ? "Tool '" + tool + "' failed, and did not say why." : said);
        }
        if (parts.isEmpty() && result.structuredContent() != null) {
            return result.structuredContent();
        }
        return parts.stream().allMatch(Part.Text.class::isInstance) ? text(parts) : parts;
    }

    private static String text(List<Part> parts) {
        return String.join(
                "\n", parts.stream().map(part -> Part.text(List.of(part))).toList());
    }

    private static Part part(McpSchema.Content content) {
        return switch (content) {
            case McpSchema.TextContent text -> Part.of(text.text());
            case McpSchema.ImageContent image -> image(image);
            case McpSchema.ResourceLink link -> Part.of(link.name() + ": " + link.uri());
            case McpSchema.EmbeddedResource embedded
            when embedded.resource() instanceof McpSchema.TextResourceContents text -> Part.of(text.text());
            default -> Part.of("(" + content.type() + " that cannot be shown here)");
        };
    }

    private static Part image(McpSchema.ImageContent image) {
        try {
            return Part.Image.of(Base64.getMimeDecoder().decode(image.data()), image.mimeType());
        } catch (IllegalArgumentException e) {
            return Part.of("(an image that is damaged)");
        }
    }

    /** How far a call is, for people. */
    static String progress(McpSchema.ProgressNotification notification) {
        String far = far(notification.progress(), notification.total());
        String message = notification.message();
        return message == null || message.isBlank() ? far : message + " (" + far + ")";
    }

    private static String far(@Nullable Double progress, @Nullable Double total) {
        double done = progress == null ? 0 : progress;
        return total == null || total <= 0 ? number(done) : number(done) + " of " + number(total);
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, number == Math.rint(number) ? "%.0f" : "%.2f", number);
    }
}
