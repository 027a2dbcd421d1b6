package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.redis.NodeProcess.Written;
import dev.turbochat.memory.redis.Outside.Deed;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What is promised of the conversations of {@link NodeMain}, checked against their journals and what was done outside. */
final class NodePromises {
    private static final List<String> INPUTS =
            IntStream.range(0, NodeMain.INPUTS).mapToObj(i -> "i" + i).toList();

    private final List<Deed> deeds;
    private final Map<String, List<Written>> written;
    private int calls;
    private int replies;
    private int acted;
    private int results;
    private int unknown;
    private long epochs;
    private int longest;
    private final List<Long> repeats = new ArrayList<>();

    NodePromises(List<Deed> deeds, List<Written> written) {
        this.deeds = deeds;
        this.written = written.stream().collect(Collectors.groupingBy(Written::session));
    }

    /**
     * @param faults how many nodes died, or stood still, while it was under way
     */
    void check(String session, List<Entry> journal, int faults) {
        assertThat(journal)
                .as(session)
                .extracting(Entry::seq)
                .isEqualTo(LongStream.range(0, journal.size()).boxed().toList());
        checkSteps(session, journal);
        assertThat(inputs(journal)).as(session).isEqualTo(INPUTS);
        checkOwners(session, journal);
        for (String effect : List.of("plain", "keyed", "once", "last")) {
            checkEffect(session, journal, effect, faults);
        }
        for (String reply : List.of("first", "second")) {
            checkReply(session, journal, reply, faults);
        }
        noteRepeats(journal);
        Entry timer = only(journal, Body.TimerSet.class);
        Entry done = only(journal, Body.TimerDone.class);
        assertThat(done.ref()).isEqualTo(timer.seq());
        assertThat(done.stamp().time()).isAfterOrEqualTo(((Body.TimerSet) timer.body()).due());
    }

    /** How long after what was cut short it was done again. */
    private void noteRepeats(List<Entry> journal) {
        Instant begun = Instant.MIN;
        for (Entry entry : journal) {
            if (entry.body() instanceof Body.Acting || entry.body() instanceof Body.Generating) {
                if (entry.attempt() > 1) {
                    repeats.add(Duration.between(begun, entry.stamp().time()).toMillis());
                }
                begun = entry.stamp().time();
            }
        }
    }

    /** The journal without repeated intents is that of a run which nothing happened to. */
    private static void checkSteps(String session, List<Entry> journal) {
        List<String> steps = new ArrayList<>();
        for (Entry entry : journal) {
            boolean intent = entry.body() instanceof Body.Acting || entry.body() instanceof Body.Generating;
            if (!intent || entry.attempt() == 1) {
                String name = entry.body().name();
                steps.add(entry.body().getClass().getSimpleName() + (name.isEmpty() ? "" : " " + name));
            }
        }
        steps.replaceAll(step -> step.equals("ActUnknown once") ? "Acted once" : step);
        assertThat(steps)
                .as(session)
                .containsExactly(
                        "Header",
                        "RunStarted p",
                        "Said system",
                        "Answered",
                        "Acting plain",
                        "Acted plain",
                        "Acting keyed",
                        "Acted keyed",
                        "Acting once",
                        "Acted once",
                        "Said assistant",
                        "Said user",
                        "Generating",
                        "Generated",
                        "Answered",
                        "Drawn now",
                        "TimerSet sleep",
                        "TimerDone",
                        "Said user",
                        "Generating",
                        "Generated",
                        "Answered",
                        "Acting last",
                        "Acted last",
                        "RunEnded");
    }

    private static List<String> inputs(List<Entry> journal) {
        return journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Answered answered
                        ? Stream.ofNullable(answered.input().id())
                        : Stream.empty())
                .toList();
    }

    /** Each epoch has one owner, and what the store acknowledged to an owner is there. */
    private void checkOwners(String session, List<Entry> journal) {
        assertThat(journal)
                .as(session)
                .extracting(entry -> entry.stamp().epoch())
                .isSorted();
        epochs += journal.getLast().stamp().epoch();
        Map<Long, String> owners = new HashMap<>();
        for (Written each : written.getOrDefault(session, List.of())) {
            assertThat(owners.merge(each.epoch(), each.node(), (one, other) -> one))
                    .as("who wrote in epoch %s of %s", each.epoch(), session)
                    .isEqualTo(each.node());
            assertThat(journal.subList((int) each.first(), (int) each.first() + each.count()))
                    .as("what was acknowledged in %s", session)
                    .extracting(entry -> entry.stamp().epoch())
                    .containsOnly(each.epoch());
        }
    }

    private void checkEffect(String session, List<Entry> journal, String effect, int faults) {
        List<Deed> done = done(session, effect);
        List<Entry> intents = journal.stream()
                .filter(entry -> entry.body() instanceof Body.Acting
                        && entry.body().name().equals(effect))
                .toList();
        List<String> recorded = journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Acted(String name, JsonNode value) && name.equals(effect)
                        ? Stream.of(value.asString())
                        : Stream.empty())
                .toList();
        assertThat(done.size())
                .as("%s in %s, with intents %s", effect, session, intents)
                .isLessThanOrEqualTo(intents.size());
        assertThat(intents).hasSizeLessThanOrEqualTo(1 + faults);
        assertThat(done).extracting(Deed::value).containsAll(recorded);
        Set<String> keys = done.stream().map(Deed::key).collect(Collectors.toSet());
        assertThat(keys).as("the key of %s in %s", effect, session).hasSizeLessThanOrEqualTo(1);
        if (effect.equals("once")) {
            assertThat(done).as("once in %s", session).hasSizeLessThanOrEqualTo(1);
            assertThat(said(journal)).isEqualTo(recorded.isEmpty() ? "Unknown." : "Done.");
            unknown += recorded.isEmpty() ? 1 : 0;
        }
        acted += done.size();
        results += recorded.size();
    }

    private static String said(List<Entry> journal) {
        return journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Said(Message.Assistant said)
                        ? Stream.of(said.text())
                        : Stream.empty())
                .findFirst()
                .orElse("");
    }

    private void checkReply(String session, List<Entry> journal, String reply, int faults) {
        List<Entry> generated = journal.stream()
                .filter(entry -> entry.body() instanceof Body.Generated)
                .toList();
        Entry answer = generated.get(reply.equals("first") ? 0 : 1);
        long intents = journal.stream()
                .filter(entry -> entry.body() instanceof Body.Generating
                        && entry.seq() < answer.seq()
                        && (reply.equals("first")
                                || entry.seq() > generated.getFirst().seq()))
                .count();
        List<Deed> called = done(session, reply);
        assertThat(called.size())
                .as("calls for the %s reply in %s", reply, session)
                .isBetween(1, (int) intents);
        assertThat(intents).isLessThanOrEqualTo(1 + faults);
        assertThat(answer.attempt()).isEqualTo((int) intents);
        assertThat(called)
                .extracting(call -> "Reply " + call.value())
                .contains(((Body.Generated) answer.body()).message().text());
        longest = Math.max(longest, called.size());
        calls += called.size();
        replies++;
    }

    private List<Deed> done(String session, String name) {
        return deeds.stream()
                .filter(deed -> deed.session().equals(session) && deed.name().equals(name))
                .toList();
    }

    private static Entry only(List<Entry> journal, Class<? extends Body> kind) {
        List<Entry> found =
                journal.stream().filter(entry -> kind.isInstance(entry.body())).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Override
    public String toString() {
        return calls + " model calls for " + replies + " replies (" + longest + " at most for one), " + acted
                + " effects carried out for " + results + " results, " + unknown + " unknown, " + epochs
                + " ownerships; ms from a call that was cut short to the next " + Figures.of(repeats);
    }
}
