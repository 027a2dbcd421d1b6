package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Waking many hibernated sessions, against what their store takes for it. */
final class WakingBench {
    private static final String SESSIONS = "sessions a second";
    private static final Duration NEVER = Duration.ofMinutes(30);
    private static final int CALLERS = 16;
    private static final int TURNS = 10;

    /** Before the names of sessions that nobody drives. */
    private static final String ALONE = "alone ";

    private static final Model MODEL = (prompt, listener) -> Completion.of("fine", "m");

    private final int sessions;
    private final Memory memory;

    private WakingBench(int sessions, Memory memory) {
        this.sessions = sessions;
        this.memory = memory;
    }

    static String run(Rounds rounds) throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-waking");
        try (Memory memory = Memories.open("file:" + folder + "?durability=memory")) {
            return new WakingBench(rounds.equals(Rounds.SMOKE) ? 20 : 10_000, memory).measure(rounds);
        } finally {
            Folders.delete(folder);
        }
    }

    private String measure(Rounds rounds) throws Exception {
        each(this::converse);
        String title = sessions + " hibernated sessions of " + TURNS + " turns, in files, fsync off";
        Contestant read = new Contestant("their logs read and decoded", () -> timed(this::read));
        Contestant wake =
                new Contestant("turbo: woken, replayed up to their question, asleep again", () -> timed(this::wake));
        Contestant store = new Contestant("their store alone: the same entries appended", () -> timed(this::store));
        Contestant deliver = new Contestant("turbo: woken by it, replayed, answered, asleep again", this::deliver);
        return new Table("Waking " + title, read.name())
                        .ratio(SESSIONS, "")
                        .atLeast(wake.name(), SESSIONS, read.name(), 0.67)
                        .print(rounds.run(List.of(wake, read)))
                + new Table("Delivering an input to each of " + title, store.name())
                        .ratio(SESSIONS, "")
                        .atLeast(deliver.name(), SESSIONS, store.name(), 0.67)
                        .print(new Rounds(rounds.warmups(), Math.min(3, rounds.rounds()), rounds.length())
                                .run(List.of(deliver, store)));
    }

    private static void talk(Chat chat) {
        chat.system("Be brief.");
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    /** What is done to a session of this number. */
    @FunctionalInterface
    private interface Work {
        void to(String session) throws Exception;
    }

    /** Does it to all sessions, many at a time. */
    private void each(Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Future<Boolean>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(threads.submit(() -> {
                    for (int at = next.getAndIncrement(); at < sessions; at = next.getAndIncrement()) {
                        work.to("s" + at);
                    }
                    return true;
                }));
            }
        }
        for (Future<Boolean> caller : callers) {
            caller.get();
        }
    }

    private Map<String, Double> timed(Work work) throws Exception {
        long begun = System.nanoTime();
        each(work);
        return Map.of(SESSIONS, sessions / ((System.nanoTime() - begun) / 1e9));
    }

    private void converse(String session) throws InterruptedException {
        drive(session, TURNS);
        drive(ALONE + session, TURNS);
    }

    private void wake(String session) throws InterruptedException {
        drive(session, 0);
    }

    private void drive(String session, int turns) throws InterruptedException {
        int[] left = {turns};
        try (Runner runner = Runner.of(MODEL, r -> r.memory(memory))) {
            runner.run(
                    session,
                    WakingBench::talk,
                    question -> left[0]-- > 0 ? Optional.of(Input.text("hello")) : Optional.empty(),
                    start -> start.program("talk", 1));
        } catch (SessionException.SessionAsleep e) {
            return; // at its question
        }
        throw new IllegalStateException("The program did not ask.");
    }

    private void read(String session) {
        if (memory.read(session).size() < TURNS) {
            throw new IllegalStateException("Session " + session + " is not there.");
        }
    }

    private Map<String, Double> deliver() throws Exception {
        Semaphore answered = new Semaphore(0);
        Model counting = (prompt, listener) -> {
            answered.release();
            return Completion.of("fine", "m");
        };
        try (Runner runner = Runner.of(counting, r -> r.memory(memory).routine("talk", 1, WakingBench::talk))) {
            Host host = runner.host(h -> h.idle(Duration.ZERO).sweep(NEVER));
            long begun = System.nanoTime();
            each(session -> host.deliver(session, "talk", Input.text("hello")));
            answered.acquire(sessions);
            while (!host.awake().isEmpty()) {
                Thread.sleep(1);
            }
            return Map.of(SESSIONS, sessions / ((System.nanoTime() - begun) / 1e9));
        }
    }

    /** What a turn of a hosted session asks of its store: three appends, a mark that it is under way, and none any more. */
    private void store(String session) {
        String alone = ALONE + session;
        Memory.Opening.Granted granted = (Memory.Opening.Granted) memory.open(alone, "a benchmark");
        long begin = granted.entries().getLast().seq() + 1;
        List<List<Body>> appends = List.of(
                List.of(new Body.Answered("", Input.text("hello"), null)),
                List.of(new Body.Said(new Message.User("hello")), new Body.Generating(Map.of())),
                List.of(new Body.Generated(new Message.Assistant("fine"), 0, Usage.NONE, "m")));
        long next = begin;
        for (int i = 0; i < appends.size(); i++) {
            List<Entry> entries = new ArrayList<>();
            for (Body body : appends.get(i)) {
                Entry.Stamp stamp =
                        new Entry.Stamp(granted.incarnation(), granted.token().epoch(), i + 1, Instant.now());
                long ref = body instanceof Body.Generated ? begin + 2 : Entry.NO_REF;
                long seq = next + entries.size();
                entries.add(new Entry(new Entry.Position(seq, 1, "", (int) seq), stamp, ref, 1, body));
            }
            Memory.Append append = new Memory.Append(
                    alone, granted.incarnation(), granted.token(), next, i + 1, entries, List.of(), Instant.EPOCH);
            if (memory.append(append) != Memory.Appended.OK) {
                throw new IllegalStateException("It was not stored.");
            }
            next += entries.size();
        }
        memory.release(alone, granted.token(), null);
    }
}
