package dev.turbochat.model.openai;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Answer;
import dev.turbochat.model.http.Dialogue;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Limits;
import dev.turbochat.model.http.Post;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import java.util.Map;

/**
 * A model behind the <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI chat-completions format</a>:
 * OpenAI's own, another vendor's, or a local server's.
 *
 * <pre>{@code
 * Model model = OpenAiModel.at("http://localhost:8000/v1", "qwen3").key(key);
 * }</pre>
 *
 * <p>One answer is streamed; several candidates, which cannot be shown while they come, are asked for in one piece, and
 * then only the limits on the connection and the whole answer hold. An answer is complete when the server has said
 * why it ended ({@code finish_reason}) or that it did ({@code [DONE]}), whatever happens to the connection after that;
 * one that ends without either is a {@link dev.turbochat.error.ModelException.StreamCut}, never a short answer.
 *
 * <p>Immutable and thread-safe. An interrupt closes the connection at once. Nothing needs closing.
 */
public final class OpenAiModel implements Model {
    private final String prefix;
    private final String model;
    private final Endpoint endpoint;
    private final Quirks quirks;
    private final boolean stream;

    OpenAiModel(String prefix, String model, Endpoint endpoint, Quirks quirks, boolean stream) {
        this.prefix = prefix;
        this.model = model;
        this.endpoint = endpoint;
        this.stream = stream;
        this.quirks = endpoint.isAt("api.openai.com")
                ? quirks.spelling("max_tokens", "max_completion_tokens")
                        .spelling("prompt_cache", "prompt_cache_retention")
                : quirks;
    }

    /**
     * A model of any compatible server, without a key.
     *
     * @param baseUrl an absolute http or https address as the server documents it, {@code /v1} included where it has one
     * @param model the model's name there
     * @throws dev.turbochat.error.ConfigurationException if the address is not one
     */
    public static OpenAiModel at(String baseUrl, String model) {
        Endpoint endpoint = Endpoint.at(baseUrl);
        return new OpenAiModel(endpoint.shown() + "#", model, endpoint, Quirks.NONE, true);
    }

    /** A copy that sends this key; it is shown nowhere. */
    public OpenAiModel key(String key) {
        return new OpenAiModel(prefix, model, endpoint.key(key), quirks, stream);
    }

    /** A copy that streams its answers, which is the default, or gets them in one piece. */
    public OpenAiModel stream(boolean whether) {
        return new OpenAiModel(prefix, model, endpoint, quirks, whether);
    }

    @Override
    public String name() {
        return prefix + model;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Settings settings = prompt.settings();
        Map<String, Object> extra = settings.get(Setting.EXTRA).orElse(Map.of());
        String named = settings.get(Setting.MODEL).orElse(model);
        boolean several = candidates(settings, extra) > 1;
        boolean streamed = extra.get("stream") instanceof Boolean asked ? asked : stream && !several;

        Answer answer = new Answer();
        Post post = post(prefix + named, settings, streamed)
                .body(new RequestWriter(prompt, named, streamed, quirks).write());
        ChunkReader reader = new ChunkReader(answer, quirks.thoughts().equals(Quirks.DETAILS));
        return Dialogue.hold(post, prefix + named, reader, answer, several ? Listener.NONE : listener);
    }

    private static int candidates(Settings settings, Map<String, Object> extra) {
        return extra.get("n") instanceof Number n
                ? n.intValue()
                : settings.get(Setting.N).orElse(1);
    }

    private Post post(String spec, Settings settings, boolean streamed) {
        Post post = Post.to(spec, endpoint.resource("/chat/completions"), Limits.of(settings))
                .remedy(endpoint.remedy());
        String authorization = endpoint.authorization();
        if (authorization != null) {
            post.header("Authorization", authorization).secret(authorization.substring(authorization.indexOf(' ') + 1));
        }
        return streamed ? post : post.whole();
    }
}
