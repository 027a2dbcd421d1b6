package dev.turbochat.model.gemini;

import dev.turbochat.model.http.Answer;
import dev.turbochat.model.http.Candidate;
import dev.turbochat.model.http.Dialogue;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Refusal;
import dev.turbochat.model.http.Signed;
import dev.turbochat.step.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a response, of which a stream has many and a whole answer is one, as the
 * <a href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse">reference</a> has it.
 *
 * <p>Takes texts, thoughts and their signatures, function calls, the reason of the end, what was blocked, the usage and
 * errors; passes over all else, known or not. Not thread-safe.
 */
final class ResponseReader implements Dialogue.Reader {
    private final Answer answer;

    ResponseReader(Answer answer) {
        this.answer = answer;
    }

    @Override
    public @Nullable Refusal read(byte[] json, int length) {
        JsonNode response = Json.tree(json, length);
        if (response.path("error").isObject()) {
            Refusal refusal = Refusal.of(json, length);
            if (!refusal.isEmpty()) {
                return refusal;
            }
        }
        String blocked = response.path("promptFeedback").path("blockReason").asString("");
        if (!blocked.isEmpty()) {
            answer.candidate(0).end(blocked, Answer.End.FILTERED);
        }
        for (JsonNode candidate : response.path("candidates")) {
            candidate(candidate);
        }
        usage(response.path("usageMetadata"));
        return null;
    }

    private void candidate(JsonNode json) {
        Candidate candidate = answer.candidate(json.path("index").asInt(0));
        for (JsonNode part : json.path("content").path("parts")) {
            part(candidate, part);
        }
        String reason = json.path("finishReason").asString("");
        if (!reason.isEmpty() && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
            candidate.end(reason, meaning(reason));
        }
    }

    private void part(Candidate candidate, JsonNode part) {
        answer.live();
        String signature = part.path("thoughtSignature").asString("");
        JsonNode call = part.path("functionCall");
        if (call.isObject()) {
            call(candidate, call, signature);
            return;
        }
        String text = part.path("text").asString("");
        if (part.path("thought").asBoolean(false)) {
            candidate.reasoning(text);
        } else {
            candidate.text(text);
        }
        if (!signature.isEmpty()) {
            candidate.signature(Signed.by(Contents.SIGNED, signature));
            candidate.closeThought();
        }
    }

    private static void call(Candidate candidate, JsonNode call, String signature) {
        int place = candidate.calls();
        JsonNode args = call.path("args");
        var draft = candidate
                .call(place)
                .id(call.path("id").asString(""))
                .name(call.path("name").asString(""))
                .arguments(args.isObject() ? args.toString() : "{}");
        if (!signature.isEmpty()) {
            draft.signature(Signed.by(Contents.SIGNED, signature));
        }
        candidate.closeCall(place);
    }

    private static Answer.End meaning(String reason) {
        return switch (reason) {
            case "STOP", "FUNCTION_CALL" -> Answer.End.COMPLETE; // the latter of servers other than Google's
            case "MAX_TOKENS" -> Answer.End.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "MODEL_ARMOR",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" -> Answer.End.FILTERED;
            case "MALFORMED_FUNCTION_CALL",
                    "UNEXPECTED_TOOL_CALL",
                    "TOO_MANY_TOOL_CALLS",
                    "MISSING_THOUGHT_SIGNATURE",
                    "MALFORMED_RESPONSE" -> Answer.End.MALFORMED;
            default -> Answer.End.FAILED; // OTHER, and what nobody knows yet: it may well be cut
        };
    }

    private void usage(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        long thoughts = usage.path("thoughtsTokenCount").asLong(0);
        answer.usage(new Usage(
                usage.path("promptTokenCount").asLong(0)
                        + usage.path("toolUsePromptTokenCount").asLong(0),
                usage.path("candidatesTokenCount").asLong(0) + thoughts,
                usage.path("cachedContentTokenCount").asLong(0),
                0,
                thoughts));
    }
}
