package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.AnyTool;
import dev.turbochat.step.Generate;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Has the tools called that an answer asks for.
 *
 * <p>Humans are asked first, then the intents of all calls are stored, then the calls are made, each on a thread of its own,
 * and what comes of each is stored as it comes. What was recorded is never done again: of a call that a crash cut off, the
 * model is told that nobody knows what came of it, unless the tool is idempotent. What is wrong with a call is told to the
 * model.
 */
final class ToolCalls {
    static final String UNKNOWN =
            "The call was cut off. Nobody knows whether it took effect: do not assume that it did, or"
                    + " that it did not.";
    private static final String DECLINED = "The user declined this call.";

    private final Stage stage;
    private final Asking asking;

    ToolCalls(Stage stage, Asking asking) {
        this.stage = stage;
        this.asking = asking;
    }

    static Message.ToolResult failed(ToolCall call, String why) {
        return new Message.ToolResult(call.id(), call.name(), List.of(Part.of(why)), true);
    }

    /** What is on the tape of the calls of one answer. */
    private static final class Recorded {
        final Map<String, Entry> intents = new HashMap<>();
        final Map<String, Integer> attempts = new HashMap<>();
        final Map<String, Body.Approved> approvals = new HashMap<>();
        final Map<String, Message.ToolResult> results = new HashMap<>();
        int refused;
        boolean stopped;
    }

    /**
     * Has all calls of an answer made, and their results added to the messages.
     *
     * @return whether the model is to go on; if not, the answer was stopped
     */
    boolean make(String branch, View view, Generate step, Message.Assistant answer) {
        Recorded recorded = replay(view, answer);
        Map<String, AnyTool> tools = step.tools().stream()
                .collect(Collectors.toMap(tool -> tool.spec().name(), tool -> tool));
        List<Open> open = new ArrayList<>();
        for (ToolCall call : answer.calls()) {
            if (!recorded.results.containsKey(call.id()) && !recorded.stopped) {
                try {
                    open.add(open(branch, call, tools, recorded));
                } catch (IllegalArgumentException e) {
                    Entry intent = recorded.intents.get(call.id());
                    store(branch, view, intent, new Body.Called(failed(call, String.valueOf(e.getMessage())), false));
                }
            }
        }
        Settings settings = step.settings().over(stage.options().settings());
        boolean parallel = settings.get(Setting.PARALLEL_TOOL_CALLS).orElse(true);
        boolean stopped = recorded.stopped;
        if (parallel && !open.isEmpty()) {
            stopped |= run(branch, view, open, recorded);
        } else {
            for (Open one : open) {
                stopped = stopped || run(branch, view, List.of(one), recorded);
            }
        }
        return !stopped;
    }

    /** A call that is to be made. */
    private record Open(ToolCall call, AnyTool tool, AnyTool.Ready ready) {}

    /** Makes calls, all at once; says whether the answer was stopped meanwhile. */
    private boolean run(String branch, View view, List<Open> open, Recorded recorded) {
        Map<String, Entry> intents = new LinkedHashMap<>();
        open.forEach(one -> intents.put(one.call().id(), intend(branch, one, recorded)));
        stage.tape().flush();
        ToolRuns runs = new ToolRuns(stage);
        for (Open one : open) {
            Entry intent = Objects.requireNonNull(intents.get(one.call().id()));
            long first = intent.ref() == Entry.NO_REF ? intent.seq() : intent.ref();
            Event.Place place = stage.place(first, intent.attempt());
            stage.show(new Event.Tool(place, one.call(), Event.Tool.State.CALLING, ""));
            runs.start(
                    one.call(), one.ready(), one.tool().timeout(), stage.tape().key(first));
        }
        return runs.finish(
                called -> store(branch, view, intents.get(called.result().callId()), called));
    }

    /** Reads what was recorded of an answer's calls; their results are added to the messages. */
    private Recorded replay(View view, Message.Assistant answer) {
        Recorded recorded = new Recorded();
        while (recorded.results.size() < answer.calls().size()) {
            Entry entry = recorded.stopped ? stage.tape().takeIf(Body.Called.class) : next();
            if (entry == null) {
                break;
            }
            switch (entry.body()) {
                case Body.Calling calling -> {
                    recorded.intents.putIfAbsent(calling.call().id(), entry);
                    recorded.attempts.merge(calling.call().id(), entry.attempt(), Math::max);
                }
                case Body.Called called -> {
                    recorded.results.put(called.result().callId(), called.result());
                    recorded.stopped |= called.stopped();
                    view.apply(called);
                }
                case Body.Approved approved -> {
                    recorded.approvals.put(approved.call(), approved);
                    recorded.refused = 0;
                }
                default -> recorded.refused++; // an answer that was neither yes nor no
            }
        }
        return recorded;
    }

    private @Nullable Entry next() {
        for (Class<? extends Body> kind :
                List.of(Body.Calling.class, Body.Called.class, Body.Approved.class, Body.Refused.class)) {
            Entry entry = stage.tape().takeIf(kind);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /**
     * A call that may be made now.
     *
     * @throws IllegalArgumentException if it may not, with what the model is told
     */
    private Open open(String branch, ToolCall call, Map<String, AnyTool> tools, Recorded recorded) {
        AnyTool tool = tools.get(call.name());
        boolean begun = recorded.intents.containsKey(call.id());
        if (begun && (tool == null || !tool.isIdempotent())) {
            throw new IllegalArgumentException(UNKNOWN);
        }
        if (tool == null) {
            String names = String.join("', '", new ArrayList<>(tools.keySet()));
            throw new IllegalArgumentException("There is no tool '" + call.name() + "'; there "
                    + (tools.isEmpty() ? "are none." : "are '" + names + "'."));
        }
        AnyTool.Ready ready = tool.prepare(arguments(call));
        if (!begun && ready.needsApproval() && !isApproved(branch, call, recorded)) {
            throw new IllegalArgumentException(DECLINED);
        }
        return new Open(call, tool, ready);
    }

    private static JsonNode arguments(ToolCall call) {
        if (call.arguments().isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode json;
        try {
            json = Json.read(call.arguments(), JsonNode.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("The arguments are not JSON: " + e.getOriginalMessage(), e);
        }
        if (json == null || !json.isObject()) {
            throw new IllegalArgumentException("The arguments are no JSON object; give them by name.");
        }
        return json;
    }

    private boolean isApproved(String branch, ToolCall call, Recorded recorded) {
        String hash = Json.sha256(call.name() + "\n" + call.arguments());
        Body.Approved known = recorded.approvals.get(call.id());
        if (known != null && known.hash().equals(hash)) {
            return known.granted();
        }
        int refused = recorded.refused;
        recorded.refused = 0;
        return asking.approval(branch, call, hash, refused);
    }

    private Entry intend(String branch, Open open, Recorded recorded) {
        ToolCall call = open.call();
        Entry first = recorded.intents.get(call.id());
        long ref = first == null ? Entry.NO_REF : first.seq();
        int attempt = recorded.attempts.getOrDefault(call.id(), 0) + 1;
        return stage.tape()
                .add(branch, ref, attempt, new Body.Calling(call, !open.tool().isIdempotent()));
    }

    private void store(String branch, View view, @Nullable Entry intent, Body.Called called) {
        long ref = intent == null ? Entry.NO_REF : intent.seq();
        int attempt = intent == null ? 1 : intent.attempt();
        Entry entry = stage.tape().add(branch, ref, attempt, called);
        stage.tape().flush();
        view.apply(called);
        stage.show(Past.event(stage.place(entry.seq(), attempt), called));
    }
}
