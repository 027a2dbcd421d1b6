package dev.turbochat.console;

import dev.turbochat.Event;
import dev.turbochat.Question;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One JSON object a line on standard output for each event, plain lines in; the event names are a contract. */
final class JsonFace implements Face {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Lines lines = new Lines();
    private final PrintStream out = Lines.utf8(System.out);
    private final String session;
    private boolean failed;

    JsonFace(String session) {
        this.session = session;
    }

    @Override
    public Optional<Input> answer(Question question) {
        if (out.checkError()) {
            return Optional.empty(); // nobody reads any more: no answer is worth its price
        }
        try {
            return lines.next(question).map(Input::text);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void show(Event event) {
        switch (event) {
            case Event.Token token -> write(event("token", event.place()).put("text", token.text()));
            case Event.Said said -> write(said(said));
            case Event.Heard ignored -> {} // who answers knows what he said
            case Event.Ask ask -> {
                ObjectNode json =
                        event("ask", event.place()).put("prompt", ask.question().prompt());
                ArrayNode choices = json.putArray("choices");
                ask.question().choices().forEach(choices::add);
                write(json);
            }
            case Event.Effect effect -> write(event("effect", event.place()).put("name", effect.name()));
            case Event.Tool tool ->
                write(event("tool", event.place())
                        .put("id", tool.call().id())
                        .put("name", tool.call().name())
                        .put("arguments", tool.call().arguments())
                        .put("state", tool.state().name().toLowerCase(Locale.ROOT))
                        .put("text", tool.text()));
            case Event.Restart ignored -> write(event("restart", event.place()));
            case Event.Retry retry ->
                write(event("retry", retry.place())
                        .put("attempt", retry.attempt())
                        .put("wait_ms", retry.delay().toMillis())
                        .put("why", retry.why()));
            case Event.Usage usage -> write(usage(usage));
            case Event.Notice notice -> write(event("notice", event.place()).put("text", notice.text()));
            case Event.Done done -> write(result(event("done", event.place()), done.result()));
            case Event.Failed error -> {
                failed = true;
                write(event("error", event.place()).put("code", error.code()).put("message", error.message()));
            }
        }
    }

    private ObjectNode said(Event.Said said) {
        ObjectNode json = event("said", said.place())
                .put("role", said.message().role())
                .put("text", said.message().text());
        if (said.message() instanceof Message.Assistant answer
                && !answer.calls().isEmpty()) {
            ArrayNode calls = json.putArray("calls");
            answer.calls()
                    .forEach(call -> calls.addObject()
                            .put("id", call.id())
                            .put("name", call.name())
                            .put("arguments", call.arguments()));
        }
        return json;
    }

    private ObjectNode usage(Event.Usage usage) {
        ObjectNode json = event("usage", usage.place())
                .put("model", usage.model())
                .put("prompt_tokens", usage.usage().prompt())
                .put("completion_tokens", usage.usage().completion());
        putIfAny(json, "cached_tokens", usage.usage().cached());
        putIfAny(json, "cache_written_tokens", usage.usage().written());
        putIfAny(json, "reasoning_tokens", usage.usage().reasoning());
        return json;
    }

    private static void putIfAny(ObjectNode json, String name, long tokens) {
        if (tokens > 0) {
            json.put(name, tokens);
        }
    }

    private static ObjectNode result(ObjectNode json, @Nullable Object result) {
        try {
            json.set("result", MAPPER.valueToTree(result));
        } catch (JacksonException e) {
            json.put("result", String.valueOf(result)); // what JSON cannot hold is shown as it shows itself
        }
        return json;
    }

    private ObjectNode event(String name, Event.Place place) {
        return event(name).put("seq", place.seq());
    }

    private ObjectNode event(String name) {
        return MAPPER.createObjectNode().put("event", name).put("session", session);
    }

    private void write(ObjectNode event) {
        out.println(MAPPER.writeValueAsString(event));
        out.flush();
    }

    @Override
    public void remark(String line) {}

    @Override
    public void failure(String code, String line) {
        if (!failed) { // a failure that no run reported: a bad session id, a session that is busy
            write(event("error").put("code", code).put("message", line));
        }
        Face.super.failure(code, line);
    }

    @Override
    public void close() {
        out.flush();
    }
}
