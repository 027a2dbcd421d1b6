package dev.turbochat.model.openai;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Exchange;
import dev.turbochat.model.http.Limits;
import dev.turbochat.model.http.Post;
import dev.turbochat.model.http.Refusal;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

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
 * one that ends without either is a {@link ModelException.StreamCut}, never a short answer.
 *
 * <p>Immutable and thread-safe. An interrupt closes the connection at once. Nothing needs closing.
 */
public final class OpenAiModel implements Model {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final String prefix;
    private final String model;
    private final Endpoint endpoint;
    private final Map<String, String> spelling;
    private final boolean stream;

    OpenAiModel(String prefix, String model, Endpoint endpoint, Map<String, String> spelling, boolean stream) {
        this.prefix = prefix;
        this.model = model;
        this.endpoint = endpoint;
        this.stream = stream;
        Map<String, String> spelt = new HashMap<>(spelling);
        if (endpoint.official()) {
            spelt.put("max_tokens", "max_completion_tokens");
        }
        this.spelling = Map.copyOf(spelt);
    }

    /**
     * A model of any compatible server, without a key.
     *
     * @param baseUrl an absolute http or https address as the server documents it, {@code /v1} included where it has one
     * @param model the model's name there
     * @throws dev.turbochat.error.ConfigurationException if the address is not one
     */
    public static OpenAiModel at(String baseUrl, String model) {
        Endpoint endpoint = Endpoint.at(baseUrl, "the program", null, "give the model its key");
        return new OpenAiModel(endpoint.shown() + "#", model, endpoint, Map.of(), true);
    }

    /** A copy that sends this key; it is shown nowhere. */
    public OpenAiModel key(String key) {
        return new OpenAiModel(
                prefix, model, new Endpoint(endpoint.base(), key, "give the model a valid key"), spelling, stream);
    }

    /** A copy that streams its answers, which is the default, or gets them in one piece. */
    public OpenAiModel stream(boolean whether) {
        return new OpenAiModel(prefix, model, endpoint, spelling, whether);
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
                .body(new RequestWriter(prompt, named, streamed, spelling).write());
        Listener told = several ? Listener.NONE : listener;
        try (Exchange exchange = Exchange.open(post);
                ChunkReader reader = new ChunkReader(answer)) {
            switch (exchange.kind()) {
                case EVENTS -> events(exchange, reader, answer, told);
                case JSON -> document(exchange, reader);
                case OTHER ->
                    throw exchange.malformed("neither JSON nor an event stream came"
                            + (exchange.type().isEmpty() ? "" : ", but " + exchange.type()));
            }
            exchange.complete();
            String rest = answer.news() + answer.last();
            if (!rest.isEmpty()) {
                exchange.tell(told, rest);
            }
            return answer.completion(prefix + named);
        }
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

    private static void events(Exchange exchange, ChunkReader reader, Answer answer, Listener listener)
            throws InterruptedException {
        boolean done = false;
        while (!done && exchange.next()) {
            if (Arrays.equals(exchange.data(), 0, exchange.length(), DONE, 0, DONE.length)) {
                done = true;
            } else if (exchange.event().equals("error")) {
                throw exchange.refused(Refusal.of(exchange.data(), exchange.length()));
            } else if (exchange.length() > 0) {
                chunk(exchange, reader);
                String piece = answer.news();
                boolean live = answer.wasLive();
                if (!piece.isEmpty()) {
                    exchange.tell(listener, piece);
                } else if (live) {
                    exchange.alive();
                }
                if (answer.isFinished()) {
                    exchange.finish();
                }
            }
        }
        if (!done && !answer.isFinished()) {
            throw exchange.cut();
        }
    }

    private static void chunk(Exchange exchange, ChunkReader reader) {
        try {
            throwIfRefused(exchange, reader.read(exchange.data(), exchange.length()));
        } catch (JacksonException e) {
            throw exchange.malformed(e);
        }
    }

    private static void document(Exchange exchange, ChunkReader reader) throws InterruptedException {
        byte[] whole = exchange.whole();
        try {
            throwIfRefused(exchange, reader.read(whole, whole.length));
        } catch (UnexpectedEndOfInputException e) {
            throw exchange.cut();
        } catch (JacksonException e) {
            throw exchange.malformed(e);
        }
    }

    private static void throwIfRefused(Exchange exchange, @Nullable Refusal refusal) {
        if (refusal != null) {
            throw exchange.refused(refusal);
        }
    }
}
