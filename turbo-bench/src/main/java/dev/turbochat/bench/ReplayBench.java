package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.FrontEnd;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Replay: steps a second, and waking many sessions against reading their logs. */
final class ReplayBench {
    private static final String STEPS = "steps a second";
    private static final String SESSIONS = "sessions a second";
    private static final int ROUNDS_OF_STEPS = 2_500;
    private static final int STEPS_A_ROUND = 4;
    private static final Duration NEVER = Duration.ofMinutes(30);
    private static final Model MODEL = (prompt, listener) -> Completion.of("fine", "m");

    private ReplayBench() {}

    static String run(Rounds rounds) throws Exception {
        return steps(rounds) + waking(rounds, rounds.equals(Rounds.SMOKE) ? 20 : 5_000);
    }

    /** Steps of four kinds, and then a question. */
    private static void program(Chat chat) {
        int sum = 0;
        for (int i = 0; i < ROUNDS_OF_STEPS; i++) {
            chat.user("This is a message.");
            sum += chat.effect("add", Integer.class, () -> 1);
            chat.say("And that is another.");
            chat.generate();
        }
        chat.ask("That makes " + sum + "; right?");
    }

    private static String steps(Rounds rounds) throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-replay");
        try (Memory heap = Memory.heap();
                Memory file = Memories.open("file:" + folder + "?durability=memory")) {
            return new Table("Replay of " + ROUNDS_OF_STEPS * STEPS_A_ROUND + " steps", "from the heap")
                    .ratio(STEPS, "", "")
                    .note("Target from the heap: a million a second.")
                    .print(rounds.run(
                            List.of(replaying("from the heap", heap, rounds), replaying("from a file", file, rounds))));
        } finally {
            Folders.delete(folder);
        }
    }

    private static Contestant replaying(String name, Memory memory, Rounds rounds) throws Exception {
        FrontEnd nobody = question -> Optional.empty();
        Runner runner = Runner.of(MODEL, r -> r.memory(memory));
        replay(runner, nobody); // which writes what is replayed from here on
        return new Contestant(name, () -> {
            long begun = System.nanoTime();
            long steps = 0;
            while (steps == 0 || System.nanoTime() - begun < rounds.length().toNanos()) {
                replay(runner, nobody);
                steps += ROUNDS_OF_STEPS * STEPS_A_ROUND;
            }
            return Map.of(STEPS, steps / ((System.nanoTime() - begun) / 1e9));
        });
    }

    private static void replay(Runner runner, FrontEnd frontEnd) throws InterruptedException {
        try {
            runner.run("s", ReplayBench::program, frontEnd);
        } catch (SessionException.SessionAsleep e) {
            return; // at its question
        }
        throw new IllegalStateException("The program did not ask.");
    }

    private static void talk(Chat chat) {
        chat.system("Be brief.");
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    /** Wakes sessions of ten turns by an input each, and reads the logs of as many. */
    private static String waking(Rounds rounds, int sessions) throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-waking");
        Semaphore answered = new Semaphore(0);
        Model counting = (prompt, listener) -> {
            answered.release();
            return Completion.of("fine", "m");
        };
        try (Memory memory = Memories.open("file:" + folder + "?durability=memory")) {
            prepare(memory, sessions);
            try (Runner runner = Runner.of(counting, r -> r.memory(memory).routine("talk", 1, ReplayBench::talk))) {
                Host host = runner.host(h -> h.idle(Duration.ZERO).sweep(NEVER));
                Contestant waking = new Contestant("turbo: woken by an input, replayed, answered, asleep again", () -> {
                    long begun = System.nanoTime();
                    for (int i = 0; i < sessions; i++) {
                        host.deliver("s" + i, "talk", Input.text("hello"));
                    }
                    answered.acquire(sessions);
                    while (!host.awake().isEmpty()) {
                        Thread.sleep(1);
                    }
                    return Map.of(SESSIONS, sessions / ((System.nanoTime() - begun) / 1e9));
                });
                Contestant reading = new Contestant("their logs read and decoded", () -> {
                    long begun = System.nanoTime();
                    for (int i = 0; i < sessions; i++) {
                        memory.read("s" + i);
                    }
                    return Map.of(SESSIONS, sessions / ((System.nanoTime() - begun) / 1e9));
                });
                return new Table(
                                "Waking " + sessions + " hibernated sessions of ten turns, in files, fsync off",
                                reading.name())
                        .ratio(SESSIONS, "", "at least 0.67")
                        .note("What is woken also writes: the delivery, the input, the intent, the answer.")
                        .print(new Rounds(0, Math.min(3, rounds.rounds()), rounds.length())
                                .run(List.of(waking, reading)));
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static void prepare(Memory memory, int sessions) throws InterruptedException {
        try (Runner runner = Runner.of(MODEL, r -> r.memory(memory))) {
            for (int i = 0; i < sessions; i++) {
                int[] left = {10};
                try {
                    runner.run(
                            "s" + i,
                            ReplayBench::talk,
                            question -> left[0]-- > 0 ? Optional.of(Input.text("hello")) : Optional.empty(),
                            start -> start.program("talk", 1));
                } catch (SessionException.SessionAsleep e) {
                    // as it shall
                }
            }
        }
    }
}
