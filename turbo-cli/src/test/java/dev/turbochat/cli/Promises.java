package dev.turbochat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What is promised of the conversations of {@link Victim}, checked against their journals and what was done outside. */
final class Promises {
    private static final List<String> INPUTS = List.of("Name?", "Pizzas?", "Pizzas? again", "Hot?", "Code?", "More?");
    private static final String ORDER = "Order[pizzas=2, hot=true]";

    private final List<World.Deed> deeds;
    private int calls;
    private int replies;
    private int acted;
    private int results;
    private int unknown;

    Promises(List<World.Deed> deeds) {
        this.deeds = deeds;
    }

    void check(String session, List<Entry> journal) {
        List<World.Deed> mine =
                deeds.stream().filter(deed -> deed.session().equals(session)).toList();
        if (session.equals("anew")) {
            checkGeneration(journal);
            return;
        }
        long first = journal.getFirst().seq();
        assertThat(journal)
                .extracting(Entry::seq)
                .isEqualTo(
                        LongStream.range(first, first + journal.size()).boxed().toList());
        checkSteps(session, journal);
        assertThat(inputs(journal)).as(session).isEqualTo(INPUTS); // once, and in order
        assertThat(INPUTS).containsAll(named(mine, "told"));
        if (session.startsWith("s-")) { // of the others the store has lost what it had acknowledged
            checkDeeds(session, journal, mine);
        }
    }

    private static void checkGeneration(List<Entry> journal) {
        assertThat(journal.getFirst().body()).isInstanceOf(Body.Header.class);
        assertThat(journal.stream().flatMap(entry -> generation(entry.body())).distinct())
                .as("one generation, whole")
                .hasSizeLessThanOrEqualTo(1);
    }

    private static Stream<String> generation(Body body) {
        return switch (body) {
            case Body.Carried carried -> Stream.of(carried.messages().getFirst().text());
            case Body.RunStarted started -> Stream.of(started.program());
            case Body.Noticed(String text) -> Stream.of(text);
            default -> Stream.empty();
        };
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
                        "RunStarted",
                        "Said system",
                        "Answered",
                        "Noticed",
                        "Refused",
                        "Answered",
                        "Answered",
                        "Acting plain",
                        "Acted plain",
                        "Acting keyed",
                        "Acted keyed",
                        "Acting once",
                        "Acted once",
                        "Said assistant",
                        "SecretGiven",
                        "Drawn random",
                        "Said user",
                        "Generating",
                        "Generated",
                        "Drawn now",
                        "TimerSet sleep",
                        "TimerDone",
                        "Acting alarm",
                        "Acted alarm",
                        "Answered",
                        "Said user",
                        "Generating",
                        "Generated",
                        "Said assistant",
                        "RunEnded");
    }

    private static List<String> inputs(List<Entry> journal) {
        return journal.stream()
                .flatMap(entry -> Stream.ofNullable(
                        switch (entry.body()) {
                            case Body.Answered answered -> answered.input().id();
                            case Body.Refused refused -> refused.input().id();
                            case Body.SecretGiven secret -> secret.id();
                            default -> null;
                        }))
                .toList();
    }

    private void checkDeeds(String session, List<Entry> journal, List<World.Deed> mine) {
        int crashes = named(mine, "killed").size();
        checkEffects(session, journal, mine, crashes);

        int called = named(mine, "called").size();
        assertThat(called).as("model calls of %s", session).isBetween(2, 2 + crashes);
        calls += called;
        replies += 2;

        for (String value : List.of("name", "order", "plain", "keyed", "once", "code", "first reply")) {
            assertThat(values(mine, "saw", value).distinct())
                    .as("%s of %s, in every life", value, session)
                    .hasSize(1);
        }
        assertThat(values(mine, "saw", "order")).containsOnly(ORDER);
        // what was drawn may be drawn anew until something that depends on it is stored or shown
        assertThat(values(mine, "saw", "dice").toList().getLast())
                .isEqualTo("" + only(journal, "random").asDouble());
        List<String> generated = journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Generated reply
                        ? Stream.of(reply.message().text())
                        : Stream.empty())
                .toList();
        assertThat(values(mine, "saw", "first reply")).containsOnly(generated.getFirst());
        assertThat(values(mine, "saw", "second reply")).containsOnly(generated.getLast());
        mine.stream()
                .filter(deed -> deed.what().equals("shown"))
                .collect(Collectors.groupingBy(World.Deed::name))
                .forEach((seq, shown) -> assertThat(
                                shown.stream().map(World.Deed::value).distinct())
                        .as("what was shown at %s of %s", seq, session)
                        .hasSize(1));
        Entry timer = only(journal, Body.TimerSet.class);
        Entry done = only(journal, Body.TimerDone.class);
        assertThat(done.ref()).isEqualTo(timer.seq());
        assertThat(done.stamp().time()).isAfterOrEqualTo(((Body.TimerSet) timer.body()).due());
    }

    private void checkEffects(String session, List<Entry> journal, List<World.Deed> mine, int crashes) {
        for (String effect : List.of("plain", "keyed", "once", "alarm")) {
            List<String> done = values(mine, "acted", effect).toList();
            List<String> recorded = journal.stream()
                    .flatMap(entry ->
                            entry.body() instanceof Body.Acted(String name, JsonNode value) && name.equals(effect)
                                    ? Stream.of(value.asString())
                                    : Stream.empty())
                    .toList();
            assertThat(done.size()).as("%s in %s", effect, session).isLessThanOrEqualTo(recorded.size() + crashes);
            acted += done.size();
            results += recorded.size();
            assertThat(done.stream().map(deed -> deed.split(" ")[0]).distinct())
                    .as("the key of %s in %s", effect, session)
                    .hasSizeLessThanOrEqualTo(1);
            for (String value : recorded) {
                assertThat(done)
                        .as("what was recorded of %s in %s was done", effect, session)
                        .anyMatch(deed -> deed.endsWith(" " + value));
            }
        }
        assertThat(values(mine, "acted", "once")).as("once in %s", session).hasSizeLessThanOrEqualTo(1);
        boolean isUnknown = journal.stream().anyMatch(entry -> entry.body() instanceof Body.ActUnknown);
        unknown += isUnknown ? 1 : 0;
        String told = journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Said(Message.Assistant said)
                        ? Stream.of(said.text())
                        : Stream.empty())
                .findFirst()
                .orElse("");
        assertThat(told).startsWith(isUnknown ? "Unknown: " : "Done: ");
    }

    private static Entry only(List<Entry> journal, Class<? extends Body> kind) {
        List<Entry> found =
                journal.stream().filter(entry -> kind.isInstance(entry.body())).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static JsonNode only(List<Entry> journal, String drawn) {
        List<JsonNode> found = journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Drawn(String what, JsonNode value) && what.equals(drawn)
                        ? Stream.of(value)
                        : Stream.empty())
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static List<String> named(List<World.Deed> deeds, String what) {
        return deeds.stream()
                .filter(deed -> deed.what().equals(what))
                .map(World.Deed::name)
                .toList();
    }

    private static Stream<String> values(List<World.Deed> deeds, String what, String name) {
        return deeds.stream()
                .filter(deed -> deed.what().equals(what) && deed.name().equals(name))
                .map(World.Deed::value);
    }

    @Override
    public String toString() {
        return calls + " model calls for " + replies + " replies, " + acted + " effects carried out for " + results
                + " results, " + unknown + " unknown";
    }
}
