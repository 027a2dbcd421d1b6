package dev.turbochat.model.anthropic;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Answer;
import dev.turbochat.model.http.Dialogue;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Limits;
import dev.turbochat.model.http.Post;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.List;

/**
 * A model behind <a href="https://platform.claude.com/docs/en/api/messages">Anthropic's Messages API</a>.
 *
 * <pre>{@code
 * Model model = AnthropicModel.of("claude-haiku-4-5").key(key);
 * }</pre>
 *
 * <p>Several candidates are so many calls, one after another, since the format has no word for them. An answer is complete
 * when the server has said why it ended; one that ends without it is a {@link
 * dev.turbochat.error.ModelException.StreamCut}, never a short answer.
 *
 * <p>Immutable and thread-safe. An interrupt closes the connection at once. Nothing needs closing.
 */
public final class AnthropicModel implements Model {
    static final String HOME = "https://api.anthropic.com";

    private static final String PREFIX = "anthropic:";
    private static final String VERSION = "2023-06-01";

    private final String model;
    private final Endpoint endpoint;
    private final boolean stream;

    AnthropicModel(String model, Endpoint endpoint, boolean stream) {
        this.model = model;
        this.endpoint = endpoint;
        this.stream = stream;
    }

    /** A model at Anthropic itself; it needs a {@link #key}. */
    public static AnthropicModel of(String model) {
        return at(HOME, model);
    }

    /**
     * A model of any server that speaks the format, without a key.
     *
     * @param baseUrl an absolute http or https address, with or without {@code /v1}
     * @param model the model's name there
     * @throws dev.turbochat.error.ConfigurationException if the address is not one
     */
    public static AnthropicModel at(String baseUrl, String model) {
        return new AnthropicModel(model, Endpoint.at(baseUrl), true);
    }

    /** A copy that sends this key; it is shown nowhere. */
    public AnthropicModel key(String key) {
        return new AnthropicModel(model, endpoint.key(key), stream);
    }

    /** A copy that streams its answers, which is the default, or gets them in one piece. */
    public AnthropicModel stream(boolean whether) {
        return new AnthropicModel(model, endpoint, whether);
    }

    @Override
    public String name() {
        return PREFIX + model;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        int candidates = prompt.settings().get(Setting.N).orElse(1);
        if (candidates == 1) {
            return answer(prompt, listener, stream);
        }
        List<Message.Assistant> all = new ArrayList<>();
        Usage usage = Usage.NONE;
        for (int i = 0; i < candidates; i++) {
            Completion one = answer(prompt, Listener.NONE, false);
            all.addAll(one.candidates());
            usage = usage.plus(one.usage());
        }
        return new Completion(all, usage, PREFIX + named(prompt.settings()));
    }

    private String named(Settings settings) {
        return settings.get(Setting.MODEL).orElse(model);
    }

    private Completion answer(Prompt prompt, Listener listener, boolean streamed) throws InterruptedException {
        String named = named(prompt.settings());
        RequestBody body = new RequestBody(prompt, named);
        Answer answer = new Answer();
        Post post = post(PREFIX + named, prompt.settings(), streamed).body(Json.object(body.make(streamed)));
        return Dialogue.hold(post, PREFIX + named, new EventReader(answer, body.answerTool()), answer, listener);
    }

    private Post post(String spec, Settings settings, boolean streamed) {
        boolean versioned = endpoint.shown().endsWith("/v1");
        Post post = Post.to(spec, endpoint.resource(versioned ? "/messages" : "/v1/messages"), Limits.of(settings))
                .remedy(endpoint.remedy())
                .header("anthropic-version", VERSION);
        String key = endpoint.key();
        if (key != null) {
            post.header("x-api-key", key).secret(key);
        }
        return streamed ? post : post.whole();
    }
}
