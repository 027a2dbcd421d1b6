package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.model.BudgetedModel;
import dev.turbochat.model.Prices;
import dev.turbochat.model.Spent;
import dev.turbochat.step.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the model calls of a session have cost, read off its journal.
 *
 * <pre>{@code
 * Spent spent = Spending.of(memory.read("user-42"), Prices.builtIn());
 * }</pre>
 *
 * <p>What was taken back by a rewind counts, as it was paid for; so does a call that failed, or was under way at a crash,
 * as a call of which no more is known. A call that is under way now does not yet. Of a conversation that continued as new,
 * what was before is not in the journal any more.
 */
public final class Spending {
    /** The code of a call that was not made, since the budget was used up. */
    private static final String REFUSED = "budget-exceeded";

    private Spending() {}

    /** All of a session. */
    public static Spent of(List<Entry> journal, Prices prices) {
        return turns(journal, prices).stream().reduce(Spent.NOTHING, Spent::plus);
    }

    /** All of a session as a budget counts it: an answer that nobody counted, with an estimate of its text. */
    static Spent estimated(List<Entry> journal, Prices prices) {
        Spent counted = of(journal, prices);
        for (Entry entry : journal) {
            if (entry.body() instanceof Body.Generated answer && answer.usage().equals(Usage.NONE)) {
                Usage said = BudgetedModel.estimate(answer.message().text().length());
                counted = counted.plus(paid(answer.model(), said, prices, Duration.ZERO));
            }
        }
        return counted;
    }

    /** Turn by turn: from one answer of the user to the next, the first before any answer; at least one. */
    public static List<Spent> turns(List<Entry> journal, Prices prices) {
        List<Spent> turns = new ArrayList<>(List.of(Spent.NOTHING));
        Map<Long, Entry> underWay = new HashMap<>();
        boolean forTool = false;
        for (int i = 0; i < journal.size(); i++) {
            Entry entry = journal.get(i);
            forTool = entry.body() instanceof Body.Called
                    || (forTool && !(entry.body() instanceof Body.Answered || entry.body() instanceof Body.Said));
            switch (entry.body()) {
                case Body.Answered ignored -> turns.add(Spent.NOTHING);
                case Body.Generating ignored -> {
                    underWay.put(entry.seq(), entry);
                    if (i < journal.size() - 1) {
                        add(turns, new Spent(1, forTool ? 0 : 1, Usage.NONE, BigDecimal.ZERO, Set.of(), Duration.ZERO));
                    }
                }
                case Body.Generated answer ->
                    add(turns, paid(answer.model(), answer.usage(), prices, took(underWay, entry)));
                case Body.Summarised summary ->
                    add(turns, paid(summary.model(), summary.usage(), prices, took(underWay, entry)));
                case Body.GenerateFailed failed
                when failed.code().equals(REFUSED) ->
                    add(turns, new Spent(-1, forTool ? 0 : -1, Usage.NONE, BigDecimal.ZERO, Set.of(), Duration.ZERO));
                case Body.GenerateFailed ignored ->
                    add(turns, new Spent(0, 0, Usage.NONE, BigDecimal.ZERO, Set.of(), took(underWay, entry)));
                default -> {} // no model call
            }
        }
        return List.copyOf(turns);
    }

    /** What came of a call, which was counted itself before. */
    private static Spent paid(String model, Usage usage, Prices prices, Duration time) {
        return Spent.of(model, usage, prices, time).ofNoCall();
    }

    private static void add(List<Spent> turns, Spent spent) {
        turns.add(turns.removeLast().plus(spent));
    }

    /** From the intent to its result; clocks may have been set in between. */
    private static Duration took(Map<Long, Entry> underWay, Entry result) {
        Entry intent = underWay.get(result.ref());
        if (intent == null) {
            return Duration.ZERO;
        }
        Duration time = Duration.between(intent.stamp().time(), result.stamp().time());
        return time.isNegative() ? Duration.ZERO : time;
    }
}
