package dev.turbochat.model;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What calls have used up of their limits, and who rests: kept in this process, or shared by all nodes of a service.
 *
 * <p>Everything in it is of two kinds, so that a store needs no more than a sorted set and a key that expires. A
 * {@link Limit} is a number of places, each of which is free again some time after it was taken, or when it is given
 * back: requests a minute, a user's cool-down, calls at once. A place may be held: then it is free also when the process
 * that took it is gone. A rest is a name that nobody is to ask for until a time; beside it may be noted what all should know
 * of that name. {@link #take} is one atomic step, all places or none, and so is {@link #note}.
 *
 * <p>Thread-safe. Time is the store's own. Keys hold names of models and users in clear: a store that is not to know them
 * hashes them. What fails is thrown as a {@link dev.turbochat.error.TurboException}; then nothing was taken.
 */
public interface LimitStore {
    /**
     * So many places under a key.
     *
     * @param key names it, the same on all nodes
     * @param most how many places there are, at least 1
     * @param per how long a place is taken if it is not given back, more than zero
     * @param held whether a place is for as long as its taker lives and works: a store that outlives its processes frees
     *     it soon after its taker's end, long before that time
     */
    record Limit(String key, int most, Duration per, boolean held) {
        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Limit {
            if (most < 1 || !per.isPositive()) {
                throw new IllegalArgumentException("Limit '" + key + "' was set to " + most + " per " + per
                        + "; allow at least one, in a time above zero.");
            }
        }

        /** One whose places stay taken for all of that time, whatever becomes of their taker. */
        public Limit(String key, int most, Duration per) {
            this(key, most, per, false);
        }

        /** One of things that are under way at the same time, each for so long at the most. */
        public static Limit atOnce(String key, int most, Duration longest) {
            return new Limit(key, most, longest, true);
        }
    }

    /** What came of asking for places. */
    sealed interface Answer {
        /**
         * There was one under every limit, and they are taken.
         *
         * @param ticket names them, to give them back
         */
        record Taken(String ticket) implements Answer {}

        /**
         * There was none under a limit, and nothing is taken.
         *
         * @param limit of the limits without a place, the one that has none for the longest
         * @param retryIn when a place is free if none is given back, or held on to, more than zero
         */
        record Refused(Limit limit, Duration retryIn) implements Answer {}
    }

    /**
     * Takes a place under each of these limits, or none at all.
     *
     * @param limits each with a key of its own; none at all is always admitted
     */
    Answer take(List<Limit> limits) throws InterruptedException;

    /** Frees the places of a ticket under these limits, on an interrupted thread, too. Unknown tickets are passed over. */
    void giveBack(String ticket, Collection<Limit> limits);

    /** Has nobody ask for this for so long; a longer rest that is under way stays. On an interrupted thread, too. */
    void rest(String key, Duration time);

    /** Ends a rest. */
    void wake(String key);

    /**
     * How one stands that may rest.
     *
     * @param rest how long it rests yet; zero if it does not
     * @param note what is noted of it; empty if nothing is
     */
    record Standing(Duration rest, String note) {
        /** It does not rest, and nothing is noted. */
        public static final Standing NONE = new Standing(Duration.ZERO, "");

        static Map<String, Duration> resting(Map<String, Standing> all) {
            return all.entrySet().stream()
                    .filter(each -> each.getValue().rest().isPositive())
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, each -> each.getValue().rest()));
        }
    }

    /** How these stand; those of which there is nothing to say may be left out. */
    Map<String, Standing> standing(Collection<String> keys) throws InterruptedException;

    /** Which of these rest, and for how long yet. */
    default Map<String, Duration> resting(Collection<String> keys) throws InterruptedException {
        return Standing.resting(standing(keys));
    }

    /**
     * Notes something of a name, if what was noted before is still noted. On an interrupted thread, too. Two who note the same
     * cannot be told apart: both are told that it is noted.
     *
     * @param before what was noted before; empty for nothing
     * @param now what is noted from now on, whole characters; empty for nothing
     * @param kept how long it stays noted, more than zero
     * @return what is noted after that: something else than {@code now} if another was sooner
     */
    String note(String key, String before, String now, Duration kept);

    /** A store in this process. */
    static LimitStore heap() {
        return new HeapLimits(Time.SYSTEM);
    }
}
