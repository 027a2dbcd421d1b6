package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes no further call once what may be spent has been: {@link ModelException.BudgetExceeded}, with which a run ends
 * unless its program catches it.
 *
 * <pre>{@code
 * Model model = BudgetedModel.of(inner, b -> b.calls(50).money("0.25").tokens(200_000));
 * }</pre>
 *
 * <p>Each session has a budget of its own, unless all share one. The call that uses it up is still made, as nobody knows
 * before what it costs; so are those that are under way at that time. A call that fails counts as a call; one that broke
 * off counts with an estimate of a token for four characters, and so does an answer that the vendor did not count. A
 * budget of money does not go on after an answer whose price is not known: give the model one, be it zero.
 *
 * <p>What was spent is known to this model alone, so that a restart would begin anew: {@link Options#before} says what a
 * session had spent before, for which its journal can be asked; a runner that is given a budget does so by itself. Put a {@link CachedModel} around this one, not into it.
 * Thread-safe.
 */
public final class BudgetedModel extends ForwardingModel {
    private static final String ALL = "";
    private static final int CHARACTERS_A_TOKEN = 4;
    /** Of how many sessions it knows what they spent, where it can ask for what it has forgotten. */
    private static final int KNOWN = 10_000;

    private final Options options;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Spent> spent = new LinkedHashMap<>(16, 0.75f, true);

    BudgetedModel(Model model, Options options, Time time) {
        super(model);
        this.options = options;
        this.time = time;
    }

    /** The model with a budget. */
    public static BudgetedModel of(Model model, UnaryOperator<Options> options) {
        return new BudgetedModel(model, options.apply(Options.usual()), Time.SYSTEM);
    }

    /**
     * What may be spent; immutable. What is not set may be spent without end.
     *
     * @param calls how many calls; null for any number
     * @param turns how many of them that answer somebody and no tool; null for any number
     * @param tokens how many tokens, in and out; null for any number
     * @param money how much money, in the currency of the prices; null for any sum
     * @param time how long all calls may take together; null for any time
     * @param prices what models cost; those that come with turbo by default
     * @param shared whether all sessions share one budget
     * @param before what a session had spent before this model knew of it: null for nothing, which is the default. Asked once a session, with
     *     the session's id; with an empty text for what all share
     */
    public record Options(
            @Nullable Long calls,
            @Nullable Long turns,
            @Nullable Long tokens,
            @Nullable BigDecimal money,
            @Nullable Duration time,
            Prices prices,
            boolean shared,
            @Nullable Function<String, Spent> before) {

        static Options usual() {
            return new Options(null, null, null, null, null, Prices.builtIn(), false, null);
        }

        /** Allows so many calls. */
        public Options calls(long most) {
            return new Options(most, turns, tokens, money, time, prices, shared, before);
        }

        /** Allows so many calls that answer somebody, those that follow a tool's result apart. */
        public Options turns(long most) {
            return new Options(calls, most, tokens, money, time, prices, shared, before);
        }

        /** Allows so many tokens, in and out. */
        public Options tokens(long most) {
            return new Options(calls, turns, most, money, time, prices, shared, before);
        }

        /** Allows so much money: {@code "0.25"}. */
        public Options money(String most) {
            return new Options(calls, turns, tokens, new BigDecimal(most), time, prices, shared, before);
        }

        /** Allows so long for all calls together. */
        public Options time(Duration most) {
            return new Options(calls, turns, tokens, money, most, prices, shared, before);
        }

        /** Counts with these prices. */
        public Options prices(Prices newPrices) {
            return new Options(calls, turns, tokens, money, time, newPrices, shared, before);
        }

        /** Has all sessions share one budget, or gives each its own, which is the default. */
        public Options shared(boolean among) {
            return new Options(calls, turns, tokens, money, time, prices, among, before);
        }

        /** Asks this what a session had spent before. */
        public Options before(Function<String, Spent> newBefore) {
            return new Options(calls, turns, tokens, money, time, prices, shared, newBefore);
        }
    }

    /** What may be spent. */
    public Options options() {
        return options;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        String session =
                options.shared ? ALL : prompt.settings().get(Setting.SESSION).orElse(ALL);
        check(spent(session), isTurn(prompt));
        Counting counting = new Counting(listener);
        long start = time.nanos();
        Spent call = null;
        try {
            Completion completion = super.complete(prompt, counting);
            Usage usage = completion.usage().equals(Usage.NONE) ? estimate(prompt, completion) : completion.usage();
            call = Spent.of(completion.model(), usage, options.prices, since(start));
            return completion;
        } finally {
            if (call == null) {
                call = counting.characters == 0
                        ? new Spent(1, 0, Usage.NONE, BigDecimal.ZERO, Set.of(), since(start))
                        : Spent.of(name(), estimate(prompt, counting.characters), options.prices, since(start));
            }
            add(session, call.turns(isTurn(prompt) ? 1 : 0));
        }
    }

    private static boolean isTurn(Prompt prompt) {
        return prompt.messages().isEmpty() || !(prompt.messages().getLast() instanceof Message.ToolResult);
    }

    private Duration since(long start) {
        return Duration.ofNanos(time.nanos() - start);
    }

    private void check(Spent had, boolean turn) {
        if (options.calls != null && had.calls() >= options.calls) {
            throw exceeded(had.calls() + " calls of " + options.calls);
        }
        if (turn && options.turns != null && had.turns() >= options.turns) {
            throw exceeded(had.turns() + " turns of " + options.turns);
        }
        if (options.tokens != null && had.usage().total() >= options.tokens) {
            throw exceeded(had.usage().total() + " tokens of " + options.tokens);
        }
        if (options.time != null && had.time().compareTo(options.time) >= 0) {
            throw exceeded(had.time().toSeconds() + " seconds of " + options.time.toSeconds());
        }
        if (options.money != null && had.money().isEmpty()) {
            throw exceeded("what " + String.join(", ", had.unpriced()) + " costs is not known: give it a price");
        }
        if (options.money != null && had.priced().compareTo(options.money) >= 0) {
            throw exceeded(had.priced().stripTrailingZeros().toPlainString() + " " + options.prices.currency() + " of "
                    + options.money.toPlainString());
        }
    }

    private ModelException exceeded(String what) {
        return new ModelException.BudgetExceeded(name(), what);
    }

    private static Usage estimate(Prompt prompt, Completion completion) {
        long out = completion.candidates().stream()
                .mapToLong(answer -> answer.text().length())
                .sum();
        return estimate(prompt, out);
    }

    private static Usage estimate(Prompt prompt, long out) {
        long in = prompt.messages().stream()
                .map(Message::text)
                .mapToLong(String::length)
                .sum();
        return new Usage(Math.ceilDiv(in, CHARACTERS_A_TOKEN), 0).plus(estimate(out));
    }

    /** The tokens of an answer of so many characters that nobody has counted, as far as that can be told. */
    public static Usage estimate(long characters) {
        return new Usage(0, Math.ceilDiv(characters, CHARACTERS_A_TOKEN));
    }

    /** What a session has spent so far, as far as this model knows; with an empty text, what all share. */
    public Spent spent(String session) {
        lock.lock();
        try {
            Spent known = spent.get(session);
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        Spent before = options.before == null ? Spent.NOTHING : options.before.apply(session); // it may take its time
        lock.lock();
        try {
            spent.putIfAbsent(session, before);
            Spent known = spent.getOrDefault(session, before);
            if (spent.size() > KNOWN && options.before != null) {
                spent.remove(spent.keySet().iterator().next());
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what a session has spent so far from somebody who has read it off its journal; null to forget it. */
    public void spent(String session, @Nullable Spent soFar) {
        if (options.shared) {
            return;
        }
        lock.lock();
        try {
            if (soFar == null) {
                spent.remove(session);
            } else {
                spent.put(session, soFar);
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(String session, Spent call) {
        lock.lock();
        try {
            spent.computeIfPresent(session, (known, had) -> had.plus(call)); // if forgotten, it is asked for again
        } finally {
            lock.unlock();
        }
    }

    /** Counts what was said, for calls that break off. */
    private static final class Counting extends ForwardingListener {
        private long characters;

        Counting(Listener listener) {
            super(listener);
        }

        @Override
        public void text(String piece) {
            characters += piece.length();
            super.text(piece);
        }

        @Override
        public void reasoning(String piece) {
            characters += piece.length();
            super.reasoning(piece);
        }
    }
}
