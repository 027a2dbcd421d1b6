package dev.turbochat;

import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.model.Prompt;
import dev.turbochat.model.Tokenizer;
import dev.turbochat.step.Example;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Pin;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Window;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as it is seen through a window: a pure function of the two, and of who counts the tokens.
 *
 * @param model the spec of the model that is sent it
 */
record Windowing(View view, Window window, String model) {

    /** What of the conversation is to be summarised next: the messages before this one. */
    record Excess(int to, Prompt prompt) {}

    /**
     * What the model is sent.
     *
     * @throws ModelException.ContextTooLong if the window has no room for what must stay
     */
    List<Message> prompt() {
        return switch (window) {
            case Window.All ignored -> view.prompt();
            case Window.Last(int messages) ->
                view.prompt(Cut.last(view.seams(), view.costs("messages", message -> 1), messages), null);
            case Window.Tokens(int budget) -> {
                Costs costs = costs();
                check(costs, budget, null);
                yield view.prompt(Cut.within(view.seams(), costs, budget - fixed(costs)), null);
            }
            case Window.Summary(int budget, String ignored, Settings ignoredToo) -> {
                Costs costs = costs();
                Message inShort = inShort();
                check(costs, budget, inShort);
                long room = budget - fixed(costs) - (inShort == null ? 0 : costs.of(inShort));
                yield view.prompt(Cut.at(view.seams(), costs, first(), room), inShort);
            }
        };
    }

    private Costs costs() {
        Tokenizer tokenizer = Tokenizer.of(model);
        return view.costs(tokenizer, tokenizer::count);
    }

    /** What stays whatever is said: instructions, examples, pins. */
    private long fixed(Costs costs) {
        return costs.instructions() + examples(costs) + pins(costs);
    }

    private long examples(Costs costs) {
        long tokens = 0;
        for (Example example : view.examples()) {
            tokens += costs.of(example.user()) + costs.of(example.assistant());
        }
        return tokens;
    }

    private long pins(Costs costs) {
        return view.pins().stream().mapToLong(pin -> costs.of(pin.message())).sum();
    }

    private long newest(Costs costs) {
        return costs.total() - costs.before(view.seams().last());
    }

    private void check(Costs costs, int budget, @Nullable Message inShort) {
        long summary = inShort == null ? 0 : costs.of(inShort);
        if (fixed(costs) + newest(costs) + summary > budget) {
            throw new ModelException.ContextTooLong(model, budget, needs(costs, summary));
        }
    }

    /** What must stay, the largest first. */
    private String needs(Costs costs, long summary) {
        Map<String, Long> needs = new LinkedHashMap<>();
        needs.put("the system messages", costs.instructions());
        needs.put("the examples", examples(costs));
        for (Pin pin : view.pins()) {
            needs.put("pin '" + pin.label() + "'", costs.of(pin.message()));
        }
        needs.put("the summary", summary);
        boolean answers = !view.said().isEmpty() && view.said().getLast() instanceof Message.ToolResult;
        needs.put(answers ? "the newest tool calls and results" : "the newest message", newest(costs));
        return needs.entrySet().stream()
                .filter(need -> need.getValue() > 0)
                .sorted(Comparator.comparing(Map.Entry<String, Long>::getValue).reversed())
                .limit(5)
                .map(need -> need.getKey() + ": " + String.format(Locale.ROOT, "%,d", need.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** The first message that no summary covers. */
    private int first() {
        Body.Summarised summary = view.summary();
        int head = view.seams().head();
        return summary == null
                ? head
                : Math.max(
                        head,
                        view.seams()
                                .previous(Math.min(
                                        summary.messages(), view.seams().size())));
    }

    private @Nullable Message inShort() {
        Body.Summarised summary = view.summary();
        return summary == null ? null : new Message.System("What was said before, in short:\n" + summary.summary());
    }

    /** What has to be summarised before the model is called; null if nothing has, or nothing can be. */
    @Nullable
    Excess excess() {
        if (!(window instanceof Window.Summary(int budget, String instruction, Settings settings))) {
            return null;
        }
        Costs costs = costs();
        Message inShort = inShort();
        long room = budget - fixed(costs);
        int first = first();
        long rest = costs.total() - costs.before(first);
        boolean full = rest > room - (inShort == null ? 0 : costs.of(inShort));
        if (!full || newest(costs) > room) {
            return null;
        }
        int to = Cut.pick(view.seams(), costs, costs.before(first) + rest - room / 2, Math.max(1, room / 8));
        if (costs.before(to) - costs.before(first) > budget) { // piece by piece, where the window came late
            to = view.seams().previous(costs.firstAt(costs.before(first) + budget));
        }
        if (to <= first) {
            to = view.seams().next(first + 1);
        }
        return to <= first ? null : new Excess(to, new Prompt(summarising(first, to, budget, instruction), settings));
    }

    private List<Message> summarising(int first, int to, int budget, String instruction) {
        StringBuilder text = new StringBuilder();
        Body.Summarised earlier = view.summary();
        if (earlier != null) {
            text.append("Earlier minutes:\n").append(earlier.summary()).append("\n\n");
        }
        text.append("The conversation:\n");
        for (Message message : view.said().subList(first, to)) {
            if (!(message instanceof Message.System) && Seams.isSent(message)) {
                tell(message, text);
            }
        }
        text.append("\nWrite at most ").append(Math.max(30, budget / 10)).append(" words.");
        return List.of(new Message.System(instruction), new Message.User(text.toString()));
    }

    private static void tell(Message message, StringBuilder text) {
        text.append(message instanceof Message.ToolResult result ? "tool " + result.name() : message.role())
                .append(": ")
                .append(message.text());
        for (Part part : message.parts()) {
            text.append(part instanceof Part.Image ? " [image]" : "");
        }
        if (message instanceof Message.Assistant answer) {
            for (ToolCall call : answer.calls()) {
                text.append(" [calls ")
                        .append(call.name())
                        .append(' ')
                        .append(call.arguments())
                        .append(']');
            }
        }
        text.append('\n');
    }
}
