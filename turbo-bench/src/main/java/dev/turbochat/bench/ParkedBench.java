package dev.turbochat.bench;

import dev.turbochat.Program;
import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.Turn;
import dev.turbochat.model.Completion;
import java.util.List;
import java.util.Map;

/**
 * A great many sessions on the heap, each parked at a question with twenty messages. How many says the environment variable
 * {@code TURBO_PARKED}; the heap is what they are to fit into.
 */
final class ParkedBench {
    private static final String STARTED = "started in";
    private static final String HEAP = "heap";
    private static final String RESIDENT = "resident";
    private static final String EACH = "heap a session";
    private static final String ANSWERED = "one answered in";

    /** What a million is to fit into is 8 GB, those included that the JVM itself takes. */
    private static final int MEGABYTES_A_MILLION = 7_200;

    private ParkedBench() {}

    static String run(Rounds rounds) throws Exception {
        int sessions = rounds.equals(Rounds.SMOKE) ? 1_000 : Child.count("TURBO_PARKED", 1_000_000);
        int megabytes = Math.max(300, (int) ((long) MEGABYTES_A_MILLION * sessions / 1_000_000));
        String name = "turbo, %,d sessions".formatted(sessions);
        return new Table("Parked at a question with twenty messages, in a heap of %,d MB".formatted(megabytes), "")
                .column(STARTED, "s")
                .column(HEAP, "MB")
                .column(RESIDENT, "MB")
                .column(EACH, "bytes")
                .column(ANSWERED, "us")
                .atMost(name, RESIDENT, "", 8_000)
                .print(new Rounds(0, 1, rounds.length())
                        .run(List.of(new Contestant(name, () -> inChild(sessions, megabytes)))));
    }

    private static Map<String, Double> inChild(int sessions, int megabytes) throws Exception {
        String heap = "-Xmx" + megabytes + "m";
        // what is young is little: nearly all of the heap is for what stays
        return Child.run(
                ParkedBench.class, List.of(heap, "-XX:+UseParallelGC", "-Xmn" + megabytes / 12 + "m"), "" + sessions);
    }

    /** The process that is measured: {@code SESSIONS}. */
    public static void main(String[] arguments) throws Exception {
        Session<?>[] parked = new Session<?>[Integer.parseInt(arguments[0])];
        Runner runner = Runner.of((prompt, listener) -> Completion.of("fine", "m"));
        for (int i = 0; i < 10_000; i++) { // interpreted frames are the largest
            parked(runner, "warm-" + i).close();
        }
        double before = Child.heap();
        long begun = System.nanoTime();
        for (int i = 0; i < parked.length; i++) {
            parked[i] = parked(runner, "s" + i);
        }
        Child.tell(STARTED, (System.nanoTime() - begun) / 1e9);
        Child.tell(HEAP, Child.heap());
        Child.tell(EACH, (Child.heap() - before) * 1e6 / parked.length);
        Child.tell(RESIDENT, Child.resident());
        int answers = Math.min(1_000, parked.length);
        begun = System.nanoTime();
        for (int i = 0; i < answers; i++) {
            if (!(parked[(int) ((long) i * parked.length / answers)].reply("Yes.") instanceof Turn.Finished)) {
                throw new IllegalStateException("A program that was answered did not end.");
            }
        }
        Child.tell(ANSWERED, (System.nanoTime() - begun) / 1e3 / answers);
        System.exit(0); // nobody waits for the others
    }

    private static Session<?> parked(Runner runner, String id) throws InterruptedException {
        Session<?> session = runner.open(id, Program.of(IdleBench::talk));
        session.next();
        return session;
    }
}
