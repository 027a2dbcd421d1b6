package dev.turbochat.testkit;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.turbochat.model.Completion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One recorded call.
 *
 * @param prompt what was asked, as it is compared
 * @param answer what came of it
 */
record Track(JsonNode prompt, Answer answer) {
    /**
     * What came of a call.
     *
     * @param pieces the text as it was streamed
     * @param completion the whole answer; null if there was none
     * @param failure the failure; null if there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Answer(
            List<String> pieces,
            @Nullable Completion completion,
            @Nullable Failure failure) {}

    /** A failure, as {@link dev.turbochat.error.ModelException#recorded} takes it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failure(
            String code,
            String model,
            String message,
            @Nullable Duration retryAfter) {}
}
