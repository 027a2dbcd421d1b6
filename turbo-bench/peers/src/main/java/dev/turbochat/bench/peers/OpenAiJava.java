package dev.turbochat.bench.peers;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.turbochat.bench.Peer;

/** The official client of OpenAI. */
public final class OpenAiJava implements Peer {
    @SuppressWarnings("NullAway.Init")
    private OpenAIClient client;

    @Override
    public String name() {
        return "openai-java";
    }

    @Override
    public void connect(String baseUrl) {
        client = OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey("k").build();
    }

    private static ChatCompletionCreateParams params(String question) {
        return ChatCompletionCreateParams.builder()
                .model("m")
                .addUserMessage(question)
                .build();
    }

    @Override
    public String call(String question) {
        return client.chat()
                .completions()
                .create(params(question))
                .choices()
                .getFirst()
                .message()
                .content()
                .orElse("");
    }

    @Override
    public String stream(String question, Runnable onToken) {
        StringBuilder text = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(params(question))) {
            chunks.stream()
                    .forEach(chunk -> chunk.choices()
                            .getFirst()
                            .delta()
                            .content()
                            .ifPresent(piece -> {
                                text.append(piece);
                                onToken.run();
                            }));
        }
        return text.toString();
    }
}
