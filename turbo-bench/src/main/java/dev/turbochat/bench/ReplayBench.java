package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.FrontEnd;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replay: steps a second. */
final class ReplayBench {
    private static final String STEPS = "steps a second";
    private static final int ROUNDS_OF_STEPS = 2_500;
    private static final int STEPS_A_ROUND = 4;
    private static final Model MODEL = (prompt, listener) -> Completion.of("fine", "m");

    private ReplayBench() {}

    static String run(Rounds rounds) throws Exception {
        return steps(rounds) + WakingBench.run(rounds);
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
                    .ratio(STEPS, "")
                    .atLeast("from the heap", STEPS, "", 1_000_000)
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
}
