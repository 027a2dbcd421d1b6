package dev.turbochat.bench.peers;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.turbochat.bench.Peer;
import java.util.concurrent.CompletableFuture;

/** LangChain4j with its client of OpenAI. */
public final class LangChain4j implements Peer {
    @SuppressWarnings("NullAway.Init")
    private OpenAiChatModel model;

    @SuppressWarnings("NullAway.Init")
    private OpenAiStreamingChatModel streaming;

    @Override
    public String name() {
        return "LangChain4j";
    }

    @Override
    public void connect(String baseUrl) {
        model = OpenAiChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey("k")
                .modelName("m")
                .build();
        streaming = OpenAiStreamingChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey("k")
                .modelName("m")
                .build();
    }

    @Override
    public String call(String question) {
        return model.chat(question);
    }

    @Override
    public String stream(String question, Runnable onToken) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        streaming.chat(question, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                onToken.run();
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                answer.complete(response.aiMessage().text());
            }

            @Override
            public void onError(Throwable error) {
                answer.completeExceptionally(error);
            }
        });
        return answer.join();
    }
}
