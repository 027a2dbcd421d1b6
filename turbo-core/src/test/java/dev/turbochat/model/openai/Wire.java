package dev.turbochat.model.openai;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.FaultServer;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The format's documented stream, and a way to hear it. */
final class Wire {
    /** As the reference shows it, with a comment, a character of four bytes, and the usage. */
    static final String STREAM = """
            : hello

            data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini",\
            "system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"role":"assistant","content":""},\
            "logprobs":null,"finish_reason":null}]}

            data: {"id":"chatcmpl-123","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,\
            "finish_reason":null}]}

            data: {"id":"chatcmpl-123","choices":[{"index":0,"delta":{"content":" w\u00F6rld \uD83D\uDE00"},"finish_reason":null}]}

            """;

    static final String FINISH = """
            data: {"id":"chatcmpl-123","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}

            """;

    static final String END = """
            data: {"id":"chatcmpl-123","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,\
            "prompt_tokens_details":{"cached_tokens":3}}}

            data: [DONE]

            """;

    static final String WHOLE = STREAM + FINISH + END;
    static final String TEXT = "Hello w\u00F6rld \uD83D\uDE00";

    private Wire() {}

    /** An event with this text. */
    static String piece(String json) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":" + json + "},\"finish_reason\":null}]}\n\n";
    }

    static String finish(String reason) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}\n\n";
    }

    static OpenAiModel model(FaultServer server) {
        return OpenAiModel.at(server.url() + "/v1", "test");
    }

    static Prompt prompt() {
        return Prompt.of(new Message.User("Hello?"));
    }

    static Prompt prompt(UnaryOperator<Settings> settings) {
        return new Prompt(prompt().messages(), settings.apply(Settings.none()));
    }

    static Heard hear(Model model) throws InterruptedException {
        return hear(model, prompt());
    }

    static Heard hear(Model model, Prompt prompt) throws InterruptedException {
        List<String> pieces = new ArrayList<>();
        Completion completion = model.complete(prompt, pieces::add);
        return new Heard(completion, pieces);
    }

    record Heard(Completion completion, List<String> pieces) {
        String text() {
            return completion.candidates().getFirst().text();
        }
    }
}
