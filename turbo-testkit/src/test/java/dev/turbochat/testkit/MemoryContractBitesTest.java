package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Memories with one fault each fail the contract, where that fault is meant to be found. */
class MemoryContractBitesTest {

    @Test
    void a_memory_that_stores_repeats_fails() {
        assertThat(failuresOf(StoringRepeats.class))
                .containsExactlyInAnyOrder(
                        "a_repeated_append_is_stored_once",
                        "a_repeated_append_takes_what_it_took",
                        "a_repeated_replacement_is_stored_once",
                        "an_append_that_is_repeated_while_it_is_under_way_is_stored_once");
    }

    @Test
    void a_memory_that_fences_nobody_fails() {
        assertThat(failuresOf(FencingNobody.class))
                .contains(
                        "an_append_under_a_token_that_is_over_is_fenced",
                        "the_nonce_alone_fences_and_so_does_the_epoch")
                .isSubsetOf(
                        "an_append_that_is_refused_takes_nothing",
                        "an_append_that_is_refused_sets_no_wake_time",
                        "an_append_under_a_token_that_is_over_is_fenced",
                        "the_nonce_alone_fences_and_so_does_the_epoch",
                        "an_append_counts_for_the_next_owner_or_is_fenced"); // a race, which may go well
    }

    @Test
    void a_memory_that_loses_deliveries_fails() {
        assertThat(failuresOf(LosingDeliveries.class))
                .contains(
                        "a_delivery_that_races_with_an_append_is_due",
                        "a_session_is_due_while_deliveries_wait_whatever_its_owner_says",
                        "a_full_inbox_takes_no_more_until_something_is_taken")
                .isSubsetOf(
                        "a_closed_memory_says_so",
                        "an_append_may_ask_that_nothing_unknown_waits",
                        "a_full_inbox_takes_no_more_until_something_is_taken",
                        "a_session_is_due_while_deliveries_wait_whatever_its_owner_says",
                        "a_delivery_that_races_with_an_append_is_due",
                        "a_delivery_that_races_with_a_release_is_due", // races, which may go well
                        "a_delivery_is_taken_or_waits_however_it_meets_its_session");
    }

    @Test
    void a_memory_that_takes_deliveries_without_the_append_fails() {
        assertThat(failuresOf(TakingInAdvance.class)).containsExactly("an_append_that_is_refused_takes_nothing");
    }

    @Test
    void a_memory_that_takes_an_announcement_at_its_word_fails() {
        assertThat(failuresOf(TakingAtItsWord.class))
                .containsExactly("a_wake_time_that_is_only_announced_counts_for_nothing");
    }

    /** Forgets the append ids: a repeat is stored again, behind what it repeats. */
    static final class StoringRepeats extends Faulty {
        @Override
        protected Memory open() {
            return new ForwardingMemory(Memory.heap()) {
                private final Map<Token, Long> ids = new ConcurrentHashMap<>();

                @Override
                public Appended append(Append a) {
                    Appended appended = super.append(a);
                    if (appended != Appended.ALREADY) {
                        return appended;
                    }
                    long length = read(a.session()).size();
                    List<Entry> entries = a.entries().stream()
                            .map(e -> new Entry(
                                    new Entry.Position(
                                            length + a.entries().indexOf(e),
                                            e.position().run(),
                                            e.position().branch(),
                                            e.position().ordinal()),
                                    e.stamp(),
                                    e.ref(),
                                    e.attempt(),
                                    e.body()))
                            .toList();
                    long fresh = ids.merge(a.token(), 1L, Long::sum) + Integer.MAX_VALUE;
                    return super.append(new Append(
                            a.session(), a.incarnation(), a.token(), length, fresh, entries, a.taken(), a.wake()));
                }
            };
        }
    }

    /** Lets anybody append who knows the incarnation. */
    static final class FencingNobody extends Faulty {
        @Override
        protected Memory open() {
            return new ForwardingMemory(Memory.heap()) {
                private final Map<String, Token> newest = new ConcurrentHashMap<>();

                @Override
                public Opening open(String session, String owner) {
                    Opening opening = super.open(session, owner);
                    if (opening instanceof Opening.Granted granted) {
                        newest.put(session, granted.token());
                    }
                    return opening;
                }

                @Override
                public Appended append(Append a) {
                    Appended appended = super.append(a);
                    Token token = newest.get(a.session());
                    return appended == Appended.FENCED && token != null ? underAnyToken(a, token) : appended;
                }

                private Appended underAnyToken(Append a, Token token) {
                    Append now = new Append(
                            a.session(),
                            a.incarnation(),
                            token,
                            a.expectedLength(),
                            -a.appendId(),
                            a.entries(),
                            a.taken(),
                            a.wake());
                    Appended appended = super.append(now);
                    if (appended == Appended.FENCED && open(a.session(), "it") instanceof Opening.Granted granted) {
                        appended = underAnyToken(a, granted.token());
                        release(a.session(), granted.token(), null);
                    }
                    return appended;
                }
            };
        }
    }

    /** Takes deliveries and throws them away while somebody owns the session. */
    static final class LosingDeliveries extends Faulty {
        @Override
        protected Memory open() {
            return new ForwardingMemory(Memory.heap()) {
                private final Set<String> owned = ConcurrentHashMap.newKeySet();

                @Override
                public Opening open(String session, String owner) {
                    owned.add(session);
                    return super.open(session, owner);
                }

                @Override
                public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
                    super.release(session, token, wake, left);
                    owned.remove(session);
                }

                @Override
                public boolean deliver(String session, Delivery delivery) {
                    return owned.contains(session) || super.deliver(session, delivery);
                }
            };
        }
    }

    /** Takes deliveries first, and then sees whether the append can be stored. */
    static final class TakingInAdvance extends Faulty {
        @Override
        protected Memory open() {
            return new ForwardingMemory(Memory.heap()) {
                private final Set<String> taken = ConcurrentHashMap.newKeySet();

                @Override
                public Appended append(Append a) {
                    a.taken().forEach(id -> taken.add(a.session() + "/" + id));
                    return super.append(a);
                }

                @Override
                public boolean deliver(String session, Delivery delivery) {
                    taken.remove(session + "/" + delivery.id());
                    return super.deliver(session, delivery);
                }

                @Override
                public List<Delivery> inbox(String session) {
                    return super.inbox(session).stream()
                            .filter(delivery -> !taken.contains(session + "/" + delivery.id()))
                            .toList();
                }
            };
        }
    }

    /** Has somebody look after a session for which a wake time was announced, whatever is written then. */
    static final class TakingAtItsWord extends Faulty {
        @Override
        protected Memory open() {
            return new ForwardingMemory(Memory.heap()) {
                private final Set<String> announced = ConcurrentHashMap.newKeySet();

                @Override
                public Opening open(String session, String owner, Instant wake) {
                    announced.add(session);
                    return super.open(session, owner, wake);
                }

                @Override
                public List<String> due(Instant now, int limit) {
                    return Stream.concat(super.due(now, limit).stream(), announced.stream())
                            .distinct()
                            .limit(limit)
                            .toList();
                }
            };
        }
    }

    private static Set<String> failuresOf(Class<? extends MemoryContract> suite) {
        return failuresIn(suite);
    }

    /** The names of the tests of a suite that fail. */
    static Set<String> failuresIn(Class<?> suite) {
        Set<String> failures = new TreeSet<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(suite))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    failures.add(test.getSource()
                            .map(source -> source instanceof MethodSource method ? method.getMethodName() : "")
                            .orElse(""));
                }
            }
        });
        return failures;
    }

    abstract static class Faulty extends MemoryContract {
        @Override
        protected Optional<Memory> openAnother() {
            return Optional.empty();
        }
    }
}
