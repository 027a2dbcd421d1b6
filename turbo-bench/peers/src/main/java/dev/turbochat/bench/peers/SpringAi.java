package dev.turbochat.bench.peers;

import dev.turbochat.bench.Peer;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.api.OpenAiApi;

/** Spring AI with its client of OpenAI, without a Spring application around it. */
public final class SpringAi implements Peer {
    @SuppressWarnings("NullAway.Init")
    private OpenAiChatModel model;

    @Override
    public String name() {
        return "Spring AI";
    }

    @Override
    public void connect(String baseUrl) {
        String host = baseUrl.substring(0, baseUrl.length() - "/v1".length());
        model = OpenAiChatModel.builder()
                .openAiApi(OpenAiApi.builder().baseUrl(host).apiKey("k").build())
                .defaultOptions(OpenAiChatOptions.builder().model("m").build())
                .build();
    }

    @Override
    public String call(String question) {
        return Objects.requireNonNull(model.call(question));
    }

    @Override
    public String stream(String question, Runnable onToken) {
        return Objects.requireNonNull(model.stream(question)
                .doOnNext(piece -> onToken.run())
                .collect(Collectors.joining())
                .block());
    }
}
