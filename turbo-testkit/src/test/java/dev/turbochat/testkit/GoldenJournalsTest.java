package dev.turbochat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Busy;
import dev.turbochat.Event;
import dev.turbochat.Events;
import dev.turbochat.Host;
import dev.turbochat.Program;
import dev.turbochat.Replay;
import dev.turbochat.Runner;
import dev.turbochat.Start;
import dev.turbochat.error.ModelException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Journals that were written when format 1 was frozen: every later release reads them, replays them, and writes what they
 * hold in the same bytes.
 *
 * <p>{@code -Dturbo.golden=write} has written them, and writes those that are not there: what came into the format later
 * has a journal of its own. A new format has a folder of its own; these stay.
 */
class GoldenJournalsTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/format-1");

    private static final Map<String, Program<?>> PROGRAMS = Map.of(
            "talk", GoldenPrograms::talk,
            "order", GoldenPrograms::order,
            "work", GoldenPrograms::work,
            "anew", GoldenPrograms::anew,
            "hosted", GoldenPrograms::hosted,
            "tools", GoldenPrograms::tools,
            "window", GoldenPrograms::window);

    static Set<String> programs() {
        return PROGRAMS.keySet();
    }

    private static Program<?> program(String name) {
        return Objects.requireNonNull(PROGRAMS.get(name), name);
    }

    private static List<Entry> read(String name) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line :
                Files.readString(FOLDER.resolve(name + ".jsonl"), UTF_8).split("\n")) {
            assertThat(EntryCodec.isWhole(line.getBytes(UTF_8))).isTrue();
            entries.add(EntryCodec.decode(name, line.getBytes(UTF_8)));
        }
        return entries;
    }

    private static String text(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new String(EntryCodec.encode(entry), UTF_8) + "\n")
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinds", "talk", "order", "work", "anew", "hosted", "rewound", "tools", "window"})
    void what_was_read_is_written_in_the_same_bytes(String name) throws Exception {
        assertThat(text(read(name))).isEqualTo(Files.readString(FOLDER.resolve(name + ".jsonl"), UTF_8));
    }

    @Test
    void every_kind_that_there_is_now_was_there_or_is_new() throws Exception {
        Set<String> written = read("kinds").stream()
                .map(entry -> entry.body().getClass().getSimpleName())
                .collect(Collectors.toSet());
        Set<String> now = Samples.kinds(Body.class).map(Class::getSimpleName).collect(Collectors.toSet());
        assertThat(now).containsAll(written);
        assertThat(read("kinds").stream().map(Entry::body).toList()).isEqualTo(small().toList());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void the_program_that_wrote_it_replays_it(String name) throws Exception {
        Replay.check(read(name), program(name)).orThrow();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void a_copy_of_it_is_carried_on(String name) throws Exception {
        ScriptedModel model = ScriptedModel.replies("Later.", "Later.", "Later.");
        try (Memory memory = Memory.heap();
                Runner runner =
                        Runner.of(model, options -> options.memory(memory).strict(true))) {
            Journal.create(memory, "copy", read(name));
            Deque<String> answers = new ArrayDeque<>(List.of("again", "1", "1"));
            try {
                runner.call(
                        "copy",
                        program(name),
                        question -> Optional.ofNullable(answers.poll()).map(Input::text));
            } catch (SessionException.SessionAsleep e) {
                // it waits for more
            } catch (dev.turbochat.error.ProgramException.NoContext e) {
                assertThat(name).isEqualTo("anew"); // which has ended, and begins without one
            }
            assertThat(memory.read("copy").size()).isGreaterThan(read(name).size());
        }
    }

    @Test
    void a_rewound_journal_is_read_as_it_counts() throws Exception {
        assertThat(Entry.inForce(read("rewound")).stream().map(Entry::seq)).containsExactly(0L, 1L, 2L, 6L);
    }

    // How they were written

    private static java.util.stream.Stream<Body> small() {
        return Samples.firstBodies().stream()
                .filter(body -> !(body instanceof Body.TimerSet set && set.due().isBefore(java.time.Instant.EPOCH)));
    }

    @Test
    @EnabledIfSystemProperty(named = "turbo.golden", matches = "write")
    void write() throws Exception {
        Files.createDirectories(FOLDER);
        try (Memory memory = Memory.heap()) {
            Owner owner = Owner.of(memory, "kinds");
            List<Entry> entries = owner.stores(small().toArray(Body[]::new));
            write("kinds", entries);

            ScriptedModel model = ScriptedModel.replies("Hello, Ada.", "Good bye.");
            drive(memory, model, "talk", start -> start.program("talk", 3), "Hi, I am Ada.", "Bye.");
            drive(memory, model, "order", start -> start, "large", "0", "small", "2", "both", "olives", "1234", "yes");
            ScriptedModel failing = ScriptedModel.replies("Psst yourself.")
                    .fail(new ModelException.RateLimited("scripted", Duration.ofSeconds(7), "Slow down"));
            drive(memory, failing, "work", start -> start.context(Map.of("id", 1)));
            drive(memory, model, "anew", start -> start.context(1));
            drive(memory, thinking(), "tools", start -> start);
            ScriptedModel minutes = ScriptedModel.replies("At 3.", "Four.", "At 4.", "At 5.", "Six.", "Seven.");
            drive(memory, minutes, "window", start -> start, "go", "on");
            host(memory);
            try (Journal journal = Journal.open(memory, "rewound", "a test", Duration.ZERO)) {
                for (int i = 0; i < 4; i++) {
                    journal.add(
                            1,
                            "",
                            i,
                            Entry.NO_REF,
                            1,
                            i == 0
                                    ? new Body.RunStarted("", 0, null)
                                    : new Body.Said(new Message.User("message " + i)));
                }
                journal.flush();
            }
            try (Journal journal = Journal.open(memory, "rewound", "a test", Duration.ZERO)) {
                journal.rewind(2);
                journal.add(1, "", 2, Entry.NO_REF, 1, new Body.Said(new Message.User("another")));
                journal.flush();
            }
            for (String name : List.of("talk", "order", "work", "anew", "hosted", "rewound", "tools", "window")) {
                List<Entry> written = memory.read(name);
                assertThat(written).hasSizeGreaterThan(3);
                write(name, written);
            }
        }
    }

    private static void write(String name, List<Entry> entries) throws IOException {
        Path file = FOLDER.resolve(name + ".jsonl");
        if (!Files.exists(file)) {
            Files.writeString(file, text(entries), UTF_8);
        }
    }

    /** Thinks, calls two tools at once, and answers. */
    private static Model thinking() {
        return (prompt, listener) -> {
            boolean told = prompt.messages().getLast() instanceof Message.ToolResult;
            Message.Assistant answer = told
                    ? new Message.Assistant(
                            List.of(new Part.Reasoning("", "c2ln+/="), Part.of("Snow here, sun there.")),
                            Message.Finish.COMPLETE)
                    : new Message.Assistant(
                            List.of(new Part.Reasoning("Two places.", null), Part.of("I look it up.")),
                            Message.Finish.TOOL_CALLS,
                            List.of(
                                    new ToolCall(
                                            "call-1", "weather", "{\"place\": \"here\", \"metres\": 1.10}", "c2ln"),
                                    new ToolCall("call-2", "weather", "{\"place\": \"th")));
            return new Completion(
                    List.of(answer), told ? new Usage(30, 20, 10, 5, 3) : new Usage(20, 10), "anthropic:scripted");
        };
    }

    private static void drive(Memory memory, Model model, String name, UnaryOperator<Start> start, String... answers)
            throws InterruptedException {
        Deque<String> left = new ArrayDeque<>(List.of(answers));
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            runner.call(
                    name,
                    program(name),
                    question -> {
                        if (question.deadline() != null && question.prompt().equals("In time?")) {
                            Thread.sleep(1_000); // its time is over before
                        }
                        return Optional.ofNullable(left.poll())
                                .map(text -> Input.text(text).author("Ada"));
                    },
                    start);
        } catch (SessionException.SessionAsleep e) {
            assertThat(left).isEmpty();
        }
    }

    private static void host(Memory memory) throws InterruptedException {
        ScriptedModel model = ScriptedModel.replies("One.", "Two.", "Three.", "Four.");
        try (Runner runner =
                Runner.of(model, options -> options.memory(memory).program("hosted", 1, GoldenPrograms::hosted))) {
            Host host = runner.host(options -> options.idle(Duration.ZERO));
            host.post("hosted", "post-1", new Message.System("Posted before."));
            for (String id : List.of("client-1", "client-2")) {
                host.deliver("hosted", "hosted", Input.text("Hello").id(id), Busy.QUEUE);
                try (Events events = host.events("hosted", null)) {
                    for (Event event : events.untilTurnEnds()) {
                        assertThat(event).isNotNull();
                    }
                }
            }
        }
    }
}
