package dev.turbochat.testkit;

import static dev.turbochat.testkit.MemoryContractBitesTest.failuresIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.model.Completion;
import dev.turbochat.model.LimitStore;
import dev.turbochat.model.ResponseCache;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Stores with one fault each fail their contract, where that fault is meant to be found. */
class StoreContractsBiteTest {

    @Test
    void limits_that_are_taken_one_after_the_other_fail() {
        assertThat(failuresIn(OneByOne.class))
                .contains("what_is_refused_takes_nothing", "several_limits_are_one_step_in_whatever_order");
    }

    @Test
    void limits_that_anybody_may_give_back_fail() {
        assertThat(failuresIn(GivingAnything.class)).containsExactly("what_is_given_back_is_free_and_nothing_else_is");
    }

    @Test
    void rests_that_a_shorter_one_ends_fail() {
        assertThat(failuresIn(LatestRest.class)).containsExactly("a_longer_rest_stays_and_ends_when_woken");
    }

    @Test
    void notes_that_anybody_may_replace_fail() {
        assertThat(failuresIn(LatestNote.class)).contains("a_note_is_replaced_by_who_knows_it");
    }

    @Test
    void a_cache_that_takes_two_keys_for_the_same_fails() {
        assertThat(failuresIn(Folding.class)).containsExactly("keys_may_be_any_text");
    }

    @Test
    void a_cache_that_forgets_nothing_fails() {
        assertThat(failuresIn(Lasting.class)).containsExactly("everything_is_forgotten_when_told_so");
    }

    /** Passes everything on. */
    private static class Passing implements LimitStore {
        final LimitStore inner = LimitStore.heap();

        @Override
        public Answer take(List<Limit> limits) throws InterruptedException {
            return inner.take(limits);
        }

        @Override
        public void giveBack(String ticket, Collection<Limit> limits) {
            inner.giveBack(ticket, limits);
        }

        @Override
        public void rest(String key, Duration time) {
            inner.rest(key, time);
        }

        @Override
        public void wake(String key) {
            inner.wake(key);
        }

        @Override
        public Map<String, Standing> standing(Collection<String> keys) throws InterruptedException {
            return inner.standing(keys);
        }

        @Override
        public String note(String key, String before, String now, Duration kept) {
            return inner.note(key, before, now, kept);
        }
    }

    abstract static class FaultyLimits extends LimitStoreContract {
        @Override
        protected Optional<LimitStore> openAnother() {
            return Optional.empty();
        }
    }

    static final class OneByOne extends FaultyLimits {
        @Override
        protected LimitStore open() {
            return new Passing() {
                @Override
                public Answer take(List<Limit> limits) throws InterruptedException {
                    Answer answer = inner.take(List.of());
                    for (Limit limit : limits) {
                        answer = inner.take(List.of(limit));
                        if (answer instanceof Answer.Refused) {
                            return answer;
                        }
                    }
                    return answer;
                }
            };
        }
    }

    /** Takes the word of whoever gives back that the place is his. */
    static final class GivingAnything extends FaultyLimits {
        @Override
        protected LimitStore open() {
            return new Passing() {
                private String last = "";

                @Override
                public Answer take(List<Limit> limits) throws InterruptedException {
                    Answer answer = super.take(limits);
                    if (answer instanceof Answer.Taken(String ticket)) {
                        last = ticket;
                    }
                    return answer;
                }

                @Override
                public void giveBack(String ticket, Collection<Limit> limits) {
                    super.giveBack(ticket.equals("unknown") ? last : ticket, limits);
                }
            };
        }
    }

    static final class LatestRest extends FaultyLimits {
        @Override
        protected LimitStore open() {
            return new Passing() {
                @Override
                public void rest(String key, Duration time) {
                    inner.wake(key);
                    inner.rest(key, time);
                }
            };
        }
    }

    static final class LatestNote extends FaultyLimits {
        @Override
        protected LimitStore open() {
            return new Passing() {
                @Override
                public String note(String key, String before, String now, Duration kept) {
                    String had = inner.note(key, before, now, kept);
                    return had.equals(now) ? now : inner.note(key, had, now, kept);
                }
            };
        }
    }

    /** A cache around one of the heap. */
    abstract static class FaultyCache extends ResponseCacheContract {
        abstract String key(String key);

        abstract boolean forgets();

        @Override
        protected ResponseCache open(Duration age) {
            ResponseCache inner = ResponseCache.heap(1_000, age);
            return new ResponseCache() {
                @Override
                public Optional<Completion> get(String key) throws InterruptedException {
                    return inner.get(key(key));
                }

                @Override
                public void put(String key, Completion completion) throws InterruptedException {
                    inner.put(key(key), completion);
                }

                @Override
                public void clear() throws InterruptedException {
                    if (forgets()) {
                        inner.clear();
                    }
                }
            };
        }

        @Override
        protected Optional<ResponseCache> openAnother(Duration age) {
            return Optional.empty();
        }
    }

    static final class Folding extends FaultyCache {
        @Override
        String key(String key) {
            return key.toLowerCase(Locale.ROOT);
        }

        @Override
        boolean forgets() {
            return true;
        }
    }

    static final class Lasting extends FaultyCache {
        @Override
        String key(String key) {
            return key;
        }

        @Override
        boolean forgets() {
            return false;
        }
    }
}
