package dev.turbochat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.testkit.ModelWire.Capability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of {@link ModelContract} share: a server, a model, a listener, and answers. */
abstract class ModelTalks {
    /** No letter of it stands in a port, an address or a word of JSON. */
    static final String KEY = "zqxjkv-canary/key+zqxjkv";

    static final Prompt HELLO = Prompt.of(new Message.User("Hello?"));
    static final Message.Assistant PLAIN = new Message.Assistant("Hello w\u00F6rld \uD83D\uDE00!");

    private WireServer server;

    /** The vendor's format, and the model that speaks it. */
    protected abstract ModelWire wire();

    @BeforeEach
    final void startServer() {
        server = new WireServer();
    }

    @AfterEach
    final void stopServer() throws IOException {
        server.close();
    }

    final WireServer server() {
        return server;
    }

    final void assumes(Capability capability) {
        assumeTrue(can(capability), "the format does not have it: " + capability.words());
    }

    final boolean can(Capability capability) {
        return wire().capabilities().contains(capability);
    }

    final Model model() {
        return wire().model(server.url(), KEY, true);
    }

    /** The tokens, as far as the vendor tells them. */
    final Usage usage() {
        if (!can(Capability.USAGE)) {
            return Usage.NONE;
        }
        return new Usage(
                40,
                30,
                can(Capability.CACHED_TOKENS) ? 20 : 0,
                can(Capability.WRITTEN_TOKENS) ? 10 : 0,
                can(Capability.REASONING_TOKENS) ? 5 : 0);
    }

    final Completion plain() {
        return completion(PLAIN);
    }

    final Completion completion(Message.Assistant... candidates) {
        return new Completion(List.of(candidates), usage(), "any");
    }

    /** Everything that an answer of this vendor's can hold. */
    final Message.Assistant full() {
        List<Part> parts = new ArrayList<>();
        if (can(Capability.THOUGHTS)) {
            parts.add(new Part.Reasoning(
                    "Two pl\u00E4ces \uD83D\uDE00.",
                    can(Capability.SIGNED_THOUGHTS) ? wire().signed("dGhvdWdodA==") : null));
        }
        parts.add(Part.of("I look it \u00FCp \uD83D\uDC40."));
        List<ToolCall> calls = new ArrayList<>();
        if (can(Capability.TOOLS)) {
            calls.add(new ToolCall(
                    "call_1",
                    "lookup",
                    "{\"place\":\"h\u00E9re \uD83C\uDFD4\",\"metres\":1.10}",
                    can(Capability.SIGNED_CALLS) ? wire().signed("Y2FsbA==") : null));
            calls.add(new ToolCall("call_2", "lookup", "{\"place\":\"\\\"there\\\"\",\"deep\":[{\"x\":[]}]}"));
        }
        return new Message.Assistant(
                parts, calls.isEmpty() ? Message.Finish.COMPLETE : Message.Finish.TOOL_CALLS, calls);
    }

    final List<String> stream(Completion answer) {
        return wire().stream(answer, 16);
    }

    static byte[] bytes(List<String> events) {
        return String.join("", events).getBytes(UTF_8);
    }

    /** How many bytes of a stream must have come for the answer to be whole. */
    final int whole(List<String> events) {
        byte[] whole = bytes(events.subList(0, events.size() - wire().eventsBehindTheEnd()));
        boolean crLf = whole[whole.length - 2] == '\r'; // the CR ends the event, and the LF behind it says nothing new
        return crLf ? whole.length - 1 : whole.length;
    }

    final Heard hear(Prompt prompt) throws InterruptedException {
        return Heard.of(model(), prompt);
    }

    final ModelException failure(Prompt prompt) {
        Throwable thrown = catchThrowable(() -> hear(prompt));
        if (thrown instanceof ModelException failure) {
            return failure;
        }
        throw new AssertionError("a ModelException was expected, and came " + thrown, thrown);
    }

    /** An answer and what the listener was told of it. */
    record Heard(Completion completion, List<String> pieces, List<String> thoughts, List<ToolCall> calls) {
        static Heard of(Model model, Prompt prompt) throws InterruptedException {
            List<String> pieces = new ArrayList<>();
            List<String> thoughts = new ArrayList<>();
            List<ToolCall> calls = new ArrayList<>();
            Completion completion = model.complete(prompt, new Model.Listener() {
                @Override
                public void text(String piece) {
                    pieces.add(piece);
                }

                @Override
                public void reasoning(String piece) {
                    thoughts.add(piece);
                }

                @Override
                public void call(ToolCall call) {
                    calls.add(call);
                }
            });
            return new Heard(completion, pieces, thoughts, calls);
        }

        Message.Assistant message() {
            return completion.candidates().getFirst();
        }

        String told() {
            return String.join("", pieces);
        }

        String thought() {
            return String.join("", thoughts);
        }
    }
}
