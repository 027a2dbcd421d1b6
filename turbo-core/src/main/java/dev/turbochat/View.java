package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Example;
import dev.turbochat.step.Message;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages at one point of a conversation, and the prompt that is made of them.
 *
 * <p>A pure function of the journal's entries up to that point, kept up to date entry by entry.
 */
final class View {
    private final List<Message> messages = new ArrayList<>();
    private final Set<Message.System> instructions = new HashSet<>();
    private final List<Example> examples = new ArrayList<>();
    private final Set<Example> stoodFor = new HashSet<>();
    private final Map<String, Pin> pins = new LinkedHashMap<>();

    /** The view after whole runs: what is said aside is not in it. */
    static View of(List<Entry> entries) {
        View view = new View();
        Body before = null;
        for (Entry entry : entries) {
            if (entry.position().branch().isEmpty()) {
                view.apply(entry.body());
            }
            if (entry.body() instanceof Body.RunEnded ended
                    && (before instanceof Body.GenerateFailed || ended.outcome() == Body.Outcome.ABANDONED)) {
                view.dropUnanswered();
            }
            before = entry.body();
        }
        return view;
    }

    /** A run that ended because the model failed, or was given up, leaves no question behind that nobody answered. */
    private void dropUnanswered() {
        while (!messages.isEmpty() && messages.getLast() instanceof Message.User) {
            messages.removeLast();
        }
    }

    void apply(Body body) {
        switch (body) {
            case Body.Said(Message message) -> add(message);
            case Body.Generated generated -> {
                if (generated.unfit() == null) {
                    add(generated.message());
                }
            }
            case Body.Called called -> add(called.result());
            case Body.Approved ignored -> {}
            case Body.Calling ignored -> {}
            case Body.ExampleGiven(Message.User user, Message.Assistant assistant) ->
                examples.add(new Example(user, assistant));
            case Body.Pinned(Pin pin) -> {
                pins.remove(pin.label()); // so that the newest of a place stands last
                pins.put(pin.label(), pin);
            }
            case Body.Cleared ignored -> {
                messages.clear();
                instructions.clear();
                examples.clear();
                stoodFor.clear();
                pins.clear();
            }
            case Body.Posted(Message message, String ignored) -> add(message);
            case Body.Carried carried -> {
                carried.messages().forEach(this::add);
                examples.addAll(carried.examples());
                carried.pins().forEach(pin -> pins.put(pin.label(), pin));
            }
            case Body.Header ignored -> {}
            case Body.RunStarted ignored -> {}
            case Body.RunEnded ignored -> {}
            case Body.Noticed ignored -> {}
            case Body.Answered ignored -> {}
            case Body.Refused ignored -> {}
            case Body.SecretGiven ignored -> {}
            case Body.Generating ignored -> {}
            case Body.GenerateFailed ignored -> {}
            case Body.Acting ignored -> {}
            case Body.Acted ignored -> {}
            case Body.ActFailed ignored -> {}
            case Body.ActUnknown ignored -> {}
            case Body.Drawn ignored -> {}
            case Body.VersionTaken ignored -> {}
            case Body.Rewound ignored -> {}
            case Body.TimerSet ignored -> {}
            case Body.TimerDone ignored -> {}
        }
    }

    /**
     * What a journal that begins anew is to hold of these messages.
     *
     * @param latest how many of the latest messages it takes along besides the instructions; they begin with a user's
     */
    Body.Carried carried(int latest, List<String> deliveries) {
        List<Message> carried = new ArrayList<>();
        int said = (int) messages.stream()
                .filter(message -> !(message instanceof Message.System))
                .count();
        boolean begun = false;
        for (Message message : messages) {
            boolean instruction = message instanceof Message.System;
            boolean late = instruction || said-- <= latest;
            begun |= late && message instanceof Message.User;
            if (instruction || (late && begun)) {
                carried.add(message);
            }
        }
        return new Body.Carried(carried, examples, List.copyOf(pins.values()), deliveries);
    }

    private void add(Message message) {
        messages.add(message);
        if (message instanceof Message.System instruction) {
            instructions.add(instruction);
        }
    }

    /** What the program says is in view, though in the words that were recorded: it is not said again either. */
    void stands(Body attempted) {
        if (attempted instanceof Body.Said(Message.System instruction)) {
            instructions.add(instruction);
        } else if (attempted instanceof Body.ExampleGiven(Message.User user, Message.Assistant assistant)) {
            stoodFor.add(new Example(user, assistant));
        }
    }

    boolean holds(Example example) {
        return examples.contains(example) || stoodFor.contains(example);
    }

    boolean holds(Message.System instruction) {
        return instructions.contains(instruction);
    }

    /** The real messages, without examples and pins. */
    List<Message> messages() {
        return List.copyOf(messages);
    }

    /** What the model is sent: leading instructions, examples, pins on top, and the rest, pins before its newest. */
    List<Message> prompt() {
        int head = 0;
        while (head < messages.size() && messages.get(head) instanceof Message.System) {
            head++;
        }
        List<Message> prompt = new ArrayList<>(messages.size() + 2 * examples.size() + pins.size());
        prompt.addAll(messages.subList(0, head));
        for (Example example : examples) {
            prompt.add(example.user());
            prompt.add(example.assistant());
        }
        addPins(prompt, Pin.Place.TOP);
        int newest = Math.max(head, messages.size() - 1);
        while (newest > head && isOfTools(messages.get(newest))) {
            newest--; // a call and its results are not parted
        }
        addSaid(prompt, messages.subList(head, newest));
        addPins(prompt, Pin.Place.BEFORE_NEWEST);
        addSaid(prompt, messages.subList(newest, messages.size()));
        return prompt;
    }

    private static boolean isOfTools(Message message) {
        return message instanceof Message.ToolResult
                || (message instanceof Message.Assistant answer
                        && !answer.calls().isEmpty());
    }

    private void addPins(List<Message> prompt, Pin.Place place) {
        for (Pin pin : pins.values()) {
            if (pin.place() == place) {
                prompt.add(pin.message());
            }
        }
    }

    /**
     * Adds messages as vendors take them: an answer that was stopped before its first word stays in the journal, and each
     * tool call is followed by its result, in the order of the calls.
     */
    private static void addSaid(List<Message> prompt, List<Message> said) {
        for (int i = 0; i < said.size(); i++) {
            Message message = said.get(i);
            boolean empty = message instanceof Message.Assistant answer
                    && answer.finish() == Message.Finish.STOPPED
                    && answer.text().isEmpty()
                    && answer.calls().isEmpty();
            if (!empty && !(message instanceof Message.ToolResult)) {
                prompt.add(message);
            }
            if (message instanceof Message.Assistant answer && !answer.calls().isEmpty()) {
                int end = i + 1;
                while (end < said.size() && said.get(end) instanceof Message.ToolResult) {
                    end++;
                }
                List<Message> results = said.subList(i + 1, end);
                answer.calls().forEach(call -> prompt.add(result(call, results)));
            }
        }
    }

    private static Message result(ToolCall call, List<Message> results) {
        return results.stream()
                .filter(message -> message instanceof Message.ToolResult result
                        && result.callId().equals(call.id()))
                .findFirst()
                .orElseGet(() -> ToolCalls.failed(call, ToolCalls.UNKNOWN)); // of a run that was given up
    }
}
