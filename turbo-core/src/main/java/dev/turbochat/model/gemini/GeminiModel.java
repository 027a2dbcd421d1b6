package dev.turbochat.model.gemini;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Answer;
import dev.turbochat.model.http.Dialogue;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Limits;
import dev.turbochat.model.http.Post;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A model behind <a href="https://ai.google.dev/api/generate-content">Google's generateContent</a>.
 *
 * <pre>{@code
 * Model model = GeminiModel.of("gemini-flash-latest").key(key);
 * }</pre>
 *
 * <p>One answer is streamed; several candidates are asked for in one piece. An answer is complete when the server has said
 * why it ended; one that ends without it is a {@link dev.turbochat.error.ModelException.StreamCut}, never a short answer.
 *
 * <p>Immutable and thread-safe. An interrupt closes the connection at once. Nothing needs closing.
 */
public final class GeminiModel implements Model {
    static final String HOME = "https://generativelanguage.googleapis.com";

    private static final String PREFIX = "gemini:";

    private final String model;
    private final Endpoint endpoint;
    private final boolean stream;

    GeminiModel(String model, Endpoint endpoint, boolean stream) {
        this.model = model;
        this.endpoint = endpoint;
        this.stream = stream;
    }

    /** A model at Google itself; it needs a {@link #key}. */
    public static GeminiModel of(String model) {
        return at(HOME, model);
    }

    /**
     * A model of any server that speaks the format, without a key.
     *
     * @param baseUrl an absolute http or https address, with or without the version
     * @param model the model's name there
     * @throws dev.turbochat.error.ConfigurationException if the address is not one
     */
    public static GeminiModel at(String baseUrl, String model) {
        return new GeminiModel(model, Endpoint.at(baseUrl), true);
    }

    /** A copy that sends this key, in a header; it is shown nowhere. */
    public GeminiModel key(String key) {
        return new GeminiModel(model, endpoint.key(key), stream);
    }

    /** A copy that streams its answers, which is the default, or gets them in one piece. */
    public GeminiModel stream(boolean whether) {
        return new GeminiModel(model, endpoint, whether);
    }

    @Override
    public String name() {
        return PREFIX + model;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Settings settings = prompt.settings();
        String named = settings.get(Setting.MODEL).orElse(model);
        boolean several = settings.get(Setting.N).orElse(1) > 1;
        Answer answer = new Answer();
        Post post = post(named, settings, stream && !several).body(Json.object(new RequestBody(prompt, named).make()));
        return Dialogue.hold(
                post, PREFIX + named, new ResponseReader(answer), answer, several ? Listener.NONE : listener);
    }

    private Post post(String named, Settings settings, boolean streamed) {
        String path = (endpoint.shown().matches(".*/v\\d\\w*") ? "" : "/v1beta") + "/models/" + segment(named);
        String url = endpoint.resource(path + (streamed ? ":streamGenerateContent" : ":generateContent"));
        String query = url.contains("?") ? "&alt=sse" : "?alt=sse";
        Post post = Post.to(PREFIX + named, streamed ? url + query : url, Limits.of(settings))
                .remedy(endpoint.remedy());
        String key = endpoint.key();
        if (key != null) {
            post.header("x-goog-api-key", key).secret(key);
        }
        return streamed ? post : post.whole();
    }

    private static String segment(String model) {
        String name = model.startsWith("models/") ? model.substring("models/".length()) : model;
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
