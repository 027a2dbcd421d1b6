package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several models in order of preference: the next one is asked when one fails before its first token, and one that fails
 * too often is left alone for a while. Useful with a single model, too: for its {@link #health}.
 *
 * <pre>{@code
 * Model model = FallbackModel.of(List.of(groq, openai), f -> f.threshold(Duration.ofSeconds(2)));
 * }</pre>
 *
 * <p>Who sets {@link Setting#MODEL} to the name of one of them, such as {@code groq:llama-3.3-70b}, or to the word before
 * its colon, has it asked first. Where there are others, a model that wants to be left alone for less than the threshold is
 * waited for, once a call; one that wants more rests so long, and the next is asked. A model that fails several times in a row, or too often, or refuses the
 * key, rests, and then a single call shows whether it works again. Where all rest for their failures, that trial comes
 * early, as somebody has to be asked; where all have said how long they rest, the call fails with that.
 *
 * <p>If none answers, the failure says what each of them said, and is of the type that is of most use: one that passes
 * rather than one that stays, and of those {@link ModelException.RateLimited} with the shortest wait.
 *
 * <p>All share the deadline of the call. Thread-safe.
 */
public final class FallbackModel implements Model {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackModel.class);

    private final List<Member> members;
    private final Options options;
    private final Time time;
    private final Rests rests;

    FallbackModel(List<? extends Model> models, Options options, Time time) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("A fallback was given no model at all; give it one.");
        }
        this.options = options;
        this.time = time;
        this.rests = new Rests(options.store, time);
        this.members = models.stream().map(this::member).toList();
    }

    private Member member(Model model) {
        String restKey = "model:" + model.name();
        return new Member(model, restKey, new Vitals(restKey, options, time, rests));
    }

    private record Member(Model model, String restKey, Vitals vitals) {}

    /** These models, the preferred one first; at least one. */
    public static FallbackModel of(List<? extends Model> models) {
        return of(models, options -> options);
    }

    /** {@link #of(List)} with options. */
    public static FallbackModel of(List<? extends Model> models, UnaryOperator<Options> options) {
        return new FallbackModel(models, options.apply(Options.usual()), Time.SYSTEM);
    }

    /**
     * When the next one is asked, and when one rests; immutable.
     *
     * @param threshold a model that wants to be left alone for so long or less is waited for; 2 seconds by default
     * @param failures a model rests after so many failures in a row, at least 1; 5 by default
     * @param share it rests when this share of its latest 20 calls failed, more than 0; a half by default
     * @param rest how long it rests; 30 seconds by default, and twice as long each time it fails its trial
     * @param longestRest how long at the most; 5 minutes by default
     * @param store who rests, and who has failed; by default known to this model alone
     */
    public record Options(
            Duration threshold, int failures, double share, Duration rest, Duration longestRest, LimitStore store) {
        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Options {
            if (failures < 1 || share <= 0 || !rest.isPositive() || longestRest.compareTo(rest) < 0) {
                throw new IllegalArgumentException("A model was to rest for " + rest + " to " + longestRest + " after "
                        + failures + " failures or a share of " + share
                        + "; give it a rest above zero, no longest one below it, after one failure or more.");
            }
        }

        static Options usual() {
            return new Options(
                    Duration.ofSeconds(2), 5, 0.5, Duration.ofSeconds(30), Duration.ofMinutes(5), LimitStore.heap());
        }

        /** Waits for a model that wants to be left alone for so long or less; asks the next one otherwise. */
        public Options threshold(Duration most) {
            return new Options(most, failures, share, rest, longestRest, store);
        }

        /** Has a model rest after so many failures in a row, or when this share of its latest 20 calls failed. */
        public Options failures(int inARow, double ofLatest) {
            return new Options(threshold, inARow, ofLatest, rest, longestRest, store);
        }

        /** Has it rest so long, and twice as long each time it fails its trial, up to the longest. */
        public Options rest(Duration first, Duration longest) {
            return new Options(threshold, failures, share, first, longest, store);
        }

        /** Keeps there who rests and who has failed, shared with whoever else uses it. */
        public Options store(LimitStore newStore) {
            return new Options(threshold, failures, share, rest, longestRest, newStore);
        }
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        return new Call(prompt, listener).complete();
    }

    /** One call: the models still to be asked, and what those said that were. */
    private final class Call {
        private final Prompt prompt;
        private final Listener listener;
        private final Deadline deadline;
        private final List<Member> order;
        private final List<ModelException> said = new ArrayList<>();
        private int asked;

        /** Which trial of the member the call under way is. */
        private int trial;

        private boolean waited;

        Call(Prompt prompt, Listener listener) {
            this.listener = listener;
            this.deadline = Deadline.of(prompt, time);
            String preferred = prompt.settings().get(Setting.MODEL).orElse("");
            Optional<Member> first = members.stream()
                    .filter(member -> isMeant(member, preferred))
                    .findFirst();
            this.order = new ArrayList<>(members);
            first.ifPresent(member -> {
                order.remove(member);
                order.addFirst(member);
            });
            this.prompt = first.isPresent() ? prompt.settings(prompt.settings().without(Setting.MODEL)) : prompt;
        }

        private static boolean isMeant(Member member, String preferred) {
            String name = member.model.name();
            int colon = name.indexOf(':');
            return name.equals(preferred)
                    || (colon > 0 && name.substring(0, colon).equalsIgnoreCase(preferred));
        }

        Completion complete() throws InterruptedException {
            Map<String, Duration> resting = resting();
            for (Member member : order) {
                if (mayAsk(member, resting.containsKey(member.restKey))) {
                    Completion completion = ask(member);
                    if (completion != null) {
                        return completion;
                    }
                }
            }
            if (asked == 0) {
                Completion completion = askTheFirstBack(resting);
                if (completion != null) {
                    return completion;
                }
            }
            throw failure();
        }

        private @Nullable Completion askTheFirstBack(Map<String, Duration> resting) throws InterruptedException {
            Comparator<Member> soonest =
                    Comparator.comparing(member -> resting.getOrDefault(member.restKey, Duration.ZERO));
            for (Member member : order.stream()
                    .filter(m -> m.vitals.isTripped())
                    .sorted(soonest)
                    .toList()) {
                if (mayAsk(member, false)) {
                    Completion completion = ask(member);
                    if (completion != null) {
                        return completion;
                    }
                }
            }
            for (Member member : order.stream().sorted(soonest).toList()) {
                Duration wait = resting.get(member.restKey);
                if (asked == 0 && wait != null) {
                    ModelException limited = new ModelException.RateLimited(member.model.name(), wait, "it rests");
                    if (isWaitedFor(limited) && mayAsk(member, false)) {
                        Completion completion = ask(member);
                        if (completion != null) {
                            return completion;
                        }
                    } else {
                        said.add(limited);
                    }
                }
            }
            return null;
        }

        private boolean mayAsk(Member member, boolean resting) {
            trial = deadline.left().isPositive() ? member.vitals.enter(resting) : Vitals.REFUSED;
            return trial != Vitals.REFUSED;
        }

        /** Its answer; null if it failed and another one may be asked. */
        private @Nullable Completion ask(Member member) throws InterruptedException {
            asked++;
            if (!said.isEmpty()) {
                listener.retrying(said.size() + 1, Duration.ZERO, said.getLast().getMessage());
            }
            while (true) {
                ModelException e;
                boolean over = false;
                Begun begun = new Begun(listener, time);
                long start = time.nanos();
                try {
                    Completion completion = member.model.complete(deadline.on(prompt, name()), begun);
                    over = true;
                    if (member.vitals.answered(trial, begun.at() - start)) {
                        LOG.info("Model '{}' works again", member.model.name());
                    }
                    return completion;
                } catch (ModelException failure) {
                    over = true;
                    e = failure;
                } finally {
                    if (!over) {
                        member.vitals.left(trial);
                    }
                }
                failed(member, trial, e);
                if (begun.hasBegun()) {
                    throw e;
                }
                if (!isWaitedFor(e) || !mayAsk(member, false)) {
                    said.add(e);
                    return null;
                }
            }
        }

        /** Waits for a model that wants to be left alone for a moment; false if it is not waited for. */
        private boolean isWaitedFor(ModelException e) throws InterruptedException {
            if (waited || members.size() == 1 || !(e instanceof ModelException.RateLimited limited)) {
                return false;
            }
            Optional<Duration> wait = limited.retryAfter().filter(asked -> asked.compareTo(options.threshold) <= 0);
            if (wait.isEmpty() || !deadline.allows(wait.get())) {
                return false;
            }
            waited = true;
            listener.retrying(said.size() + 1, wait.get(), e.getMessage());
            time.sleep(wait.get());
            return true;
        }

        private ModelException failure() {
            if (said.isEmpty()) { // all are being tried by others just now
                return new ModelException.Unavailable(name(), "it failed before, and is on trial", null);
            }
            return said.size() == 1 && members.size() == 1 ? said.getFirst() : together(name(), said);
        }
    }

    private void failed(Member member, int trial, ModelException e) {
        Duration rest = member.vitals.failed(trial, e);
        if (rest != null) {
            LOG.info("Model '{}' rests for {}: {}", member.model.name(), rest, e.getMessage());
        }
        if (e instanceof ModelException.RateLimited limited) {
            limited.retryAfter()
                    .filter(wait -> wait.compareTo(options.threshold) > 0)
                    .ifPresent(wait -> rests.rest(member.restKey, wait));
        }
    }

    /** One failure that says what all said. */
    private static ModelException together(String name, List<ModelException> said) {
        Comparator<ModelException> useful = Comparator.comparing((ModelException e) -> !e.passing())
                .thenComparing(e -> !(e instanceof ModelException.RateLimited))
                .thenComparing(e -> retryAfter(e).orElse(Duration.ofDays(365)));
        ModelException best = said.stream().min(useful).orElseThrow();
        String each = said.stream().map(ModelException::getMessage).collect(Collectors.joining(" "));
        ModelException together = ModelException.recorded(
                best.code(),
                name,
                "None of the models '" + name + "' answered. " + each,
                retryAfter(best).orElse(null));
        said.stream().filter(e -> !e.equals(together)).forEach(together::addSuppressed);
        return together;
    }

    private static Optional<Duration> retryAfter(ModelException e) {
        return e instanceof ModelException.RateLimited limited ? limited.retryAfter() : Optional.empty();
    }

    private Map<String, Duration> resting() throws InterruptedException {
        Map<Vitals, Integer> before =
                members.stream().map(Member::vitals).collect(Collectors.toMap(vitals -> vitals, Vitals::changes));
        return rests.of(
                members.stream().map(Member::restKey).toList(),
                (key, note) -> members.stream()
                        .filter(member -> member.restKey.equals(key))
                        .forEach(member -> member.vitals.heard(note, before.getOrDefault(member.vitals, 0))));
    }

    @Override
    public String name() {
        return members.stream().map(member -> member.model.name()).collect(Collectors.joining(","));
    }

    /**
     * How each of them fares, in their order. That it rests, and its last failure, may be known from others who use the store;
     * figures are this model's own. Where the store cannot say who rests, what is known here is said.
     */
    @Override
    public List<Health> health() {
        Map<String, Duration> resting;
        try {
            resting = resting();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            resting = Map.of();
        }
        List<Health> all = new ArrayList<>();
        for (Member member : members) {
            Duration rest = resting.getOrDefault(member.restKey, Duration.ZERO);
            all.add(member.vitals.snapshot(member.model.name(), rest));
        }
        return all;
    }
}
