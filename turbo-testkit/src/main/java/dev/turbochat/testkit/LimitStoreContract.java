package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.model.LimitStore;
import dev.turbochat.model.LimitStore.Answer;
import dev.turbochat.model.LimitStore.Limit;
import dev.turbochat.model.LimitStore.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link LimitStore} must do: subclass it beside your own, and its tests are yours.
 *
 * <p>Bring JUnit 5 and AssertJ.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class LimitStoreContract extends StoreContract {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration BRIEF = Duration.ofMillis(300);
    private LimitStore store;

    /** A store in which nothing is taken and nobody rests; called once a test. */
    protected abstract LimitStore open() throws Exception;

    /**
     * Another store that shares all with the one that {@link #open} made, as in another process.
     *
     * @return empty if there is no such thing; tests of two stores are then skipped
     */
    protected abstract Optional<LimitStore> openAnother() throws Exception;

    @BeforeEach
    final void openIt() throws Exception {
        store = open();
    }

    private static Limit limit(String key, int most) {
        return new Limit(key, most, LONG);
    }

    private static boolean takes(LimitStore from, Limit... limits) throws InterruptedException {
        return from.take(List.of(limits)) instanceof Answer.Taken;
    }

    private boolean takes(Limit... limits) throws InterruptedException {
        return takes(store, limits);
    }

    private String ticket(Limit... limits) throws InterruptedException {
        Answer answer = store.take(List.of(limits));
        assertThat(answer).isInstanceOf(Answer.Taken.class);
        return ((Answer.Taken) answer).ticket();
    }

    // Places

    @Test
    public final void what_is_refused_takes_nothing() throws Exception {
        Limit one = limit("one", 1);
        Limit many = limit("many", 2);
        assertThat(takes(one, many)).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(store.take(List.of(many, one))).isInstanceOfSatisfying(Answer.Refused.class, refused -> {
                assertThat(refused.limit()).isEqualTo(one);
                assertThat(refused.retryIn()).isPositive().isLessThanOrEqualTo(LONG);
            });
        }
        assertThat(takes(many)).isTrue();
        assertThat(takes(many)).isFalse();
    }

    @Test
    public final void the_limit_with_the_longest_wait_is_said() throws Exception {
        Limit brief = new Limit("brief", 1, Duration.ofMinutes(8));
        Limit lengthy = new Limit("lengthy", 1, Duration.ofMinutes(15));
        assertThat(takes(brief, lengthy)).isTrue();
        for (List<Limit> both : List.of(List.of(brief, lengthy), List.of(lengthy, brief))) {
            assertThat(store.take(both)).isInstanceOfSatisfying(Answer.Refused.class, refused -> {
                assertThat(refused.limit()).isEqualTo(lengthy);
                assertThat(refused.retryIn()).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(15));
            });
        }
    }

    @Test
    public final void nothing_at_all_is_always_admitted() throws Exception {
        assertThat(ticket()).isNotEqualTo(ticket());
        store.giveBack(ticket(), List.of());
    }

    @Test
    public final void what_is_given_back_is_free_and_nothing_else_is() throws Exception {
        Limit one = limit("one", 1);
        Limit other = limit("other", 1);
        String ticket = ticket(one, other);
        store.giveBack(ticket, List.of(one));
        store.giveBack(ticket, List.of(one));
        store.giveBack("unknown", List.of(other));
        assertThat(takes(one)).isTrue();
        store.giveBack(ticket, List.of(one));
        assertThat(takes(one)).isFalse();
        assertThat(takes(other)).isFalse();
    }

    @Test
    public final void a_place_is_free_again_after_its_time_and_no_sooner() throws Exception {
        Limit brief = new Limit("brief", 2, BRIEF);
        long start = System.nanoTime();
        assertThat(takes(brief)).isTrue();
        assertThat(takes(brief)).isTrue();
        await(() -> takes(brief));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(BRIEF);
    }

    @Test
    public final void who_comes_when_told_is_admitted() throws Exception {
        Limit brief = new Limit("brief", 1, BRIEF);
        assertThat(takes(brief)).isTrue();
        long asked = System.nanoTime();
        Duration wait = ((Answer.Refused) store.take(List.of(brief))).retryIn();
        assertThat(wait).isPositive().isLessThanOrEqualTo(BRIEF);
        await(() -> System.nanoTime() - asked > wait.toNanos() && takes(brief));
        assertThat(takes(brief)).isFalse();
    }

    @Test
    public final void what_is_held_stays_taken_until_it_is_given_back() throws Exception {
        Limit places = Limit.atOnce("places", 2, LONG);
        String first = ticket(places);
        assertThat(takes(places)).isTrue();
        assertThat(takes(places)).isFalse();
        store.giveBack(first, List.of(places));
        assertThat(takes(places)).isTrue();
        assertThat(takes(places)).isFalse();
    }

    @Test
    public final void what_is_held_is_free_after_its_time_at_the_latest() throws Exception {
        Limit places = Limit.atOnce("places", 1, BRIEF);
        long start = System.nanoTime();
        assertThat(takes(places)).isTrue();
        await(() -> takes(places));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(BRIEF);
    }

    @Test
    public final void a_place_is_given_back_on_an_interrupted_thread() throws Exception {
        Limit one = limit("one", 1);
        String ticket = ticket(one);
        Thread.currentThread().interrupt();
        store.giveBack(ticket, List.of(one));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(takes(one)).isTrue();
    }

    @Test
    public final void no_more_are_admitted_than_there_are_places_however_many_come() throws Exception {
        Limit limit = limit("many", 50);
        List<Boolean> admitted = new ArrayList<>();
        inThreads(16, () -> {
                    List<Boolean> mine = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        mine.add(takes(limit));
                    }
                    return mine;
                })
                .forEach(admitted::addAll);
        assertThat(admitted).hasSize(320).filteredOn(one -> one).hasSize(50);
    }

    @Test
    public final void there_are_never_more_under_way_than_places() throws Exception {
        Limit places = Limit.atOnce("places", 3, LONG);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        inThreads(12, () -> {
            for (int i = 0; i < 10; i++) {
                List<String> mine = new ArrayList<>();
                await(() -> store.take(List.of(places)) instanceof Answer.Taken(String ticket) && mine.add(ticket));
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                underWay.decrementAndGet();
                store.giveBack(mine.getFirst(), List.of(places));
            }
            return true;
        });
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    public final void several_limits_are_one_step_in_whatever_order() throws Exception {
        Limit a = limit("a", 40);
        Limit b = limit("b", 30);
        AtomicInteger turn = new AtomicInteger();
        List<Boolean> admitted = inThreads(64, () -> turn.getAndIncrement() % 2 == 0 ? takes(a, b) : takes(b, a));
        assertThat(admitted).filteredOn(one -> one).hasSize(30);
        for (int i = 0; i < 10; i++) {
            assertThat(takes(a))
                    .as("place " + i + " of a, which nobody may have taken")
                    .isTrue();
        }
        assertThat(takes(a)).isFalse();
    }

    // Rests

    @Test
    public final void a_longer_rest_stays_and_ends_when_woken() throws Exception {
        store.rest("a", Duration.ofMinutes(15));
        store.rest("a", Duration.ofMinutes(5));
        store.rest("b", Duration.ofMinutes(5));
        store.rest("b", Duration.ofMinutes(15));
        Map<String, Duration> resting = store.resting(List.of("a", "b", "c"));
        assertThat(resting).containsOnlyKeys("a", "b");
        assertThat(resting.values())
                .allSatisfy(left -> assertThat(left).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(15)));
        store.wake("a");
        store.wake("c");
        assertThat(store.resting(List.of("a", "b"))).containsOnlyKeys("b");
        assertThat(store.resting(List.of())).isEmpty();
    }

    @Test
    public final void a_rest_ends_by_itself_and_no_sooner() throws Exception {
        long start = System.nanoTime();
        store.rest("a", BRIEF);
        store.rest("none", Duration.ZERO);
        assertThat(store.resting(List.of("none"))).isEmpty();
        await(() -> store.resting(List.of("a")).isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(BRIEF);
    }

    @Test
    public final void a_rest_begins_and_ends_on_an_interrupted_thread() throws Exception {
        Thread.currentThread().interrupt();
        store.rest("a", LONG);
        store.rest("b", LONG);
        store.wake("b");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.resting(List.of("a", "b"))).containsOnlyKeys("a");
    }

    // Notes

    private static String noted(LimitStore by, String key) throws InterruptedException {
        return by.standing(List.of(key)).getOrDefault(key, Standing.NONE).note();
    }

    @Test
    public final void a_note_is_replaced_by_who_knows_it() throws Exception {
        assertThat(noted(store, "a")).isEmpty();
        assertThat(store.note("a", "", "one", LONG)).isEqualTo("one");
        assertThat(store.note("a", "", "two", LONG)).isEqualTo("one");
        assertThat(store.note("a", "other", "", LONG)).isEqualTo("one");
        assertThat(noted(store, "a")).isEqualTo("one");
        assertThat(store.note("a", "one", "zwei Wörter 🌍\n", LONG)).isEqualTo("zwei Wörter 🌍\n");
        assertThat(noted(store, "a")).isEqualTo("zwei Wörter 🌍\n");
        assertThat(store.note("a", "zwei Wörter 🌍\n", "", LONG)).isEmpty();
        assertThat(noted(store, "a")).isEmpty();
        assertThat(store.note("a", "one", "three", LONG)).isEmpty();
        assertThat(store.note("a", "", "", LONG)).isEmpty();
    }

    @Test
    public final void notes_and_rests_stand_side_by_side() throws Exception {
        store.note("a", "", "ill", LONG);
        store.rest("b", LONG);
        assertThat(store.resting(List.of("a", "b"))).containsOnlyKeys("b");
        store.rest("a", LONG);
        Map<String, Standing> standing = store.standing(List.of("a", "b"));
        assertThat(standing.values()).allSatisfy(one -> assertThat(one.rest()).isBetween(LONG.minusMinutes(10), LONG));
        assertThat(noted(store, "a")).isEqualTo("ill");
        assertThat(noted(store, "b")).isEmpty();
        store.wake("a");
        assertThat(noted(store, "a")).isEqualTo("ill");
        store.note("a", "ill", "", LONG);
        assertThat(store.standing(List.of("a", "c")).values()).allMatch(Standing.NONE::equals);
        assertThat(store.standing(List.of())).isEmpty();
    }

    @Test
    public final void a_note_is_gone_after_its_time_and_no_sooner() throws Exception {
        long start = System.nanoTime();
        store.note("a", "", "ill", BRIEF);
        await(() -> noted(store, "a").isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(BRIEF);
        assertThat(store.note("a", "", "again", LONG)).isEqualTo("again");
    }

    @Test
    public final void of_many_who_note_each_is_counted() throws Exception {
        AtomicInteger ids = new AtomicInteger();
        inThreads(16, () -> {
            for (int i = 0; i < 10; i++) {
                countOneMore("by " + ids.incrementAndGet());
            }
            return true;
        });
        assertThat(noted(store, "a")).startsWith("160 ");
    }

    private void countOneMore(String by) throws InterruptedException {
        String before = noted(store, "a");
        while (true) {
            int count = before.isEmpty() ? 0 : Integer.parseInt(before.substring(0, before.indexOf(' ')));
            String now = (count + 1) + " " + by;
            String held = store.note("a", before, now, LONG);
            if (held.equals(now)) {
                return;
            }
            before = held;
        }
    }

    // Keys and processes

    @Test
    public final void keys_may_be_any_text() throws Exception {
        for (String key : KEYS) {
            assertThat(takes(limit(key, 1))).isTrue();
            assertThat(takes(limit(key, 1))).isFalse();
            assertThat(store.resting(KEYS)).doesNotContainKey(key);
            store.rest(key, LONG);
            String note = "no. " + KEYS.indexOf(key);
            assertThat(store.note(key, "", note, LONG)).isEqualTo(note);
        }
        assertThat(store.resting(KEYS)).containsOnlyKeys(KEYS);
        for (String key : KEYS) {
            assertThat(noted(store, key)).isEqualTo("no. " + KEYS.indexOf(key));
        }
    }

    @Test
    public final void all_stores_know_what_was_taken_and_who_rests() throws Exception {
        Optional<LimitStore> another = openAnother();
        assumeTrue(another.isPresent(), "no two stores share this");
        LimitStore other = another.get();
        Limit two = limit("two", 2);
        String ticket = ticket(two);
        assertThat(takes(other, two)).isTrue();
        assertThat(takes(two)).isFalse();
        assertThat(takes(other, two)).isFalse();
        other.giveBack(ticket, List.of(two));
        assertThat(takes(two)).isTrue();
        store.rest("a", LONG);
        other.rest("b", LONG);
        assertThat(other.resting(List.of("a", "b"))).containsOnlyKeys("a", "b");
        other.wake("a");
        assertThat(store.resting(List.of("a", "b"))).containsOnlyKeys("b");
        assertThat(store.note("a", "", "ill", LONG)).isEqualTo("ill");
        assertThat(other.note("a", "ill", "well", LONG)).isEqualTo("well");
        assertThat(noted(store, "a")).isEqualTo("well");
        AtomicInteger turn = new AtomicInteger();
        Supplier<LimitStore> either = () -> turn.getAndIncrement() % 2 == 0 ? store : other;
        List<Boolean> admitted = inThreads(60, () -> takes(either.get(), limit("both", 17)));
        assertThat(admitted).filteredOn(one -> one).hasSize(17);
    }
}
