package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Example;
import dev.turbochat.step.Message;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ToolCall;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The messages at one point of a conversation, and the prompt that is made of them.
 *
 * <p>A pure function of the journal's entries up to that point, kept up to date entry by entry.
 */
final class View {
    private final List<Message> messages = new ArrayList<>();
    private Set<Message.System> instructions = Set.of();
    private List<Example> examples = List.of();
    private Set<Example> stoodFor = Set.of();
    private Map<String, Pin> pins = Map.of();
    private Map<Object, Costs> costs = Map.of();

    /** Of as many messages as there were when they were asked for last; null if they never were. */
    private @Nullable Seams seams;

    private Body.@Nullable Summarised summary;

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

    /**
     * A run that ended because the model failed, or was given up, leaves no question behind that nobody answered. Done while the
     * view is made: nobody has asked for its seams yet.
     */
    private void dropUnanswered() {
        while (!messages.isEmpty() && messages.getLast() instanceof Message.User) {
            messages.removeLast();
        }
        if (summary != null && summary.messages() > messages.size()) { // what comes next is not covered by it
            summary = new Body.Summarised(messages.size(), summary.summary(), summary.usage(), summary.model());
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
                examples = Rarely.add(examples, new Example(user, assistant));
            case Body.Pinned(Pin pin) ->
                pins = Rarely.putLast(pins, pin.label(), pin); // the newest of a place stands last
            case Body.Cleared ignored -> {
                messages.clear();
                instructions = Set.of();
                examples = List.of();
                stoodFor = Set.of();
                pins = Map.of();
                costs = Map.of();
                seams = null;
                summary = null;
            }
            case Body.Summarised summarised -> summary = summarised;
            case Body.Posted(Message message, String ignored) -> add(message);
            case Body.Carried carried -> {
                carried.messages().forEach(this::add);
                carried.examples().forEach(example -> examples = Rarely.add(examples, example));
                carried.pins().forEach(pin -> pins = Rarely.putLast(pins, pin.label(), pin));
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
            instructions = Rarely.add(instructions, instruction);
        }
    }

    /** What the program says is in view, though in the words that were recorded: it is not said again either. */
    void stands(Body attempted) {
        if (attempted instanceof Body.Said(Message.System instruction)) {
            instructions = Rarely.add(instructions, instruction);
        } else if (attempted instanceof Body.ExampleGiven(Message.User user, Message.Assistant assistant)) {
            stoodFor = Rarely.add(stoodFor, new Example(user, assistant));
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

    /** The messages as they are now, which change as the conversation goes on. */
    List<Message> said() {
        return Collections.unmodifiableList(messages);
    }

    List<Example> examples() {
        return examples;
    }

    Collection<Pin> pins() {
        return pins.values();
    }

    /** Where the messages may be cut. */
    Seams seams() {
        Seams seams = this.seams == null ? new Seams() : this.seams;
        for (int i = seams.size(); i < messages.size(); i++) {
            seams.add(messages.get(i));
        }
        this.seams = seams;
        return seams;
    }

    /** What the messages cost, by this measure, which is told from others by its key. */
    Costs costs(Object key, ToIntFunction<Message> measure) {
        Seams upToDate = seams(); // counting looks at them
        Costs counted = costs.get(key);
        if (counted == null) {
            counted = new Costs(upToDate, measure);
            costs = Rarely.put(costs, key, counted);
        }
        counted.count(messages);
        return counted;
    }

    /** What was summarised last of these messages; null if nothing was. */
    Body.@Nullable Summarised summary() {
        return summary;
    }

    /** What the model is sent of all messages. */
    List<Message> prompt() {
        return prompt(new Cut(seams().head(), -1), null);
    }

    /**
     * What the model is sent: leading instructions, those that were said in what is cut off, examples, pins on top, the
     * summary of what is cut off, and the rest, pins before its newest and the tool calls that this answers.
     */
    List<Message> prompt(Cut cut, @Nullable Message inShort) {
        int head = seams().head();
        List<Message> prompt = new ArrayList<>(messages.size() - cut.start() + 2 * examples.size() + pins.size() + 8);
        prompt.addAll(messages.subList(0, head));
        BitSet systems = seams().systems();
        for (int i = systems.nextSetBit(head); i >= 0 && i < cut.start(); i = systems.nextSetBit(i + 1)) {
            prompt.add(messages.get(i));
        }
        for (Example example : examples) {
            prompt.add(example.user());
            prompt.add(example.assistant());
        }
        addPins(prompt, Pin.Place.TOP);
        if (inShort != null) {
            prompt.add(inShort);
        }
        if (cut.opening() >= 0) {
            prompt.add(messages.get(cut.opening()));
        }
        int newest = newest(cut.start());
        addSaid(prompt, messages.subList(cut.start(), newest));
        addPins(prompt, Pin.Place.BEFORE_NEWEST);
        addSaid(prompt, messages.subList(newest, messages.size()));
        return prompt;
    }

    private int newest(int start) {
        boolean answers = !messages.isEmpty() && messages.getLast() instanceof Message.ToolResult;
        return Math.max(start, answers ? seams().last() : messages.size() - 1);
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
            if (Seams.isSent(message) && !(message instanceof Message.ToolResult)) {
                prompt.add(message);
            }
            if (message instanceof Message.Assistant answer && Seams.isSent(answer)) {
                List<Message> after = said.subList(i + 1, said.size());
                answer.calls().forEach(call -> prompt.add(result(call, after)));
            }
        }
    }

    /** Messages as a model is sent them. */
    static List<Message> asSent(List<Message> said) {
        List<Message> sent = new ArrayList<>();
        addSaid(sent, said);
        return sent;
    }

    private static Message result(ToolCall call, List<Message> after) {
        return after.stream()
                .takeWhile(message -> !(message instanceof Message.Assistant answer && calls(answer, call.id())))
                .filter(message -> message instanceof Message.ToolResult result
                        && result.callId().equals(call.id()))
                .findFirst()
                .orElseGet(() -> inPlaceOf(call));
    }

    private static boolean calls(Message.Assistant answer, String id) {
        return answer.calls().stream().anyMatch(call -> call.id().equals(id));
    }

    /** What the model is told in the place of a result that there is none of: the run was given up. */
    static Message inPlaceOf(ToolCall call) {
        return ToolCalls.failed(call, ToolCalls.UNKNOWN);
    }
}
