package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.BackendException;
import dev.turbochat.model.LimitStore.Answer;
import dev.turbochat.model.LimitStore.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LimitStoreTest {
    private final FakeTime time = new FakeTime();
    private final HeapLimits store = new HeapLimits(time);

    /** A store that nobody can reach. */
    static final class Broken implements LimitStore {
        private static BackendException broken() {
            return new BackendException("The store is gone; start it.", null);
        }

        @Override
        public Answer take(List<Limit> limits) {
            throw broken();
        }

        @Override
        public void giveBack(String ticket, Collection<Limit> limits) {
            throw broken();
        }

        @Override
        public void rest(String key, Duration length) {
            throw broken();
        }

        @Override
        public void wake(String key) {
            throw broken();
        }

        @Override
        public Map<String, Standing> standing(Collection<String> keys) {
            throw broken();
        }

        @Override
        public String note(String key, String before, String now, Duration kept) {
            throw broken();
        }
    }

    private static Limit limit(String key, int most, int seconds) {
        return new Limit(key, most, Duration.ofSeconds(seconds));
    }

    @Test
    void what_is_refused_takes_nothing() {
        Limit one = limit("one", 1, 10);
        Limit many = limit("many", 2, 10);
        assertThat(store.take(List.of(one, many))).isInstanceOf(Answer.Taken.class);
        time.pass(4);
        for (int i = 0; i < 5; i++) {
            assertThat(store.take(List.of(many, one))).isEqualTo(new Answer.Refused(one, Duration.ofSeconds(6)));
        }
        assertThat(store.take(List.of(many))).isInstanceOf(Answer.Taken.class);
        assertThat(store.take(List.of(many))).isEqualTo(new Answer.Refused(many, Duration.ofSeconds(6)));
    }

    @Test
    void the_longest_wait_of_all_is_said() {
        Limit brief = limit("brief", 1, 5);
        Limit lengthy = limit("lengthy", 1, 50);
        assertThat(store.take(List.of(brief, lengthy))).isInstanceOf(Answer.Taken.class);
        assertThat(store.take(List.of(brief, lengthy))).isEqualTo(new Answer.Refused(lengthy, Duration.ofSeconds(50)));
    }

    @Test
    void what_is_given_back_is_free() {
        Limit one = limit("one", 1, 10);
        Limit other = limit("other", 1, 10);
        String ticket = ((Answer.Taken) store.take(List.of(one, other))).ticket();
        store.giveBack(ticket, List.of(one));
        store.giveBack("unknown", List.of(other));
        assertThat(store.take(List.of(one))).isInstanceOf(Answer.Taken.class);
        assertThat(store.take(List.of(other))).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void a_longer_rest_stays_and_ends_when_woken() {
        store.rest("a", Duration.ofSeconds(9));
        store.rest("a", Duration.ofSeconds(3));
        store.rest("b", Duration.ofSeconds(1));
        time.pass(2);
        assertThat(store.resting(List.of("a", "b", "c"))).isEqualTo(Map.of("a", Duration.ofSeconds(7)));
        store.wake("a");
        assertThat(store.resting(List.of("a"))).isEmpty();
    }

    /** Against the definition: no window of the limit's length, wherever it begins, holds more than it admits. */
    @Test
    void no_window_holds_more_than_the_limit_and_no_wait_is_too_long() {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            Limit limit = limit("round" + round, random.nextInt(1, 6), random.nextInt(1, 20));
            List<Long> taken = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                time.pass(Duration.ofMillis(random.nextInt(3000)));
                long now = time.nanos();
                long inWindow = taken.stream()
                        .filter(at -> now - at < limit.per().toNanos())
                        .count();
                switch (store.take(List.of(limit))) {
                    case Answer.Taken ignored -> {
                        assertThat(inWindow).isLessThan(limit.most());
                        taken.add(now);
                    }
                    case Answer.Refused refused -> {
                        assertThat(inWindow).isEqualTo(limit.most());
                        long oldest = taken.get(taken.size() - limit.most());
                        assertThat(refused.retryIn().toNanos())
                                .isEqualTo(oldest + limit.per().toNanos() - now);
                    }
                }
            }
        }
    }
}
