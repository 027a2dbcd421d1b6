package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Many sessions that one process has hosted and that hibernate in files, some of which are awake: what they take of a small
 * heap. How many are known says the environment variable {@code TURBO_KNOWN}: each is a file, which a host makes in half a
 * millisecond, so that a million take ten minutes.
 */
final class KnownBench {
    private static final String MADE = "made a second";
    private static final String ASLEEP = "heap, all asleep";
    private static final String AWAKE = "heap, some awake";
    private static final String RESIDENT = "resident";
    private static final String WOKEN = "woken in";
    private static final String HEAP = "-Xmx512m";
    private static final int CALLERS = 16;
    private static final Duration NEVER = Duration.ofMinutes(30);

    private final Memory memory;
    private final Semaphore answered = new Semaphore(0);

    private KnownBench(Memory memory) {
        this.memory = memory;
    }

    static String run(Rounds rounds) throws Exception {
        boolean smoke = rounds.equals(Rounds.SMOKE);
        int known = smoke ? 50 : Child.count("TURBO_KNOWN", 100_000);
        int awake = smoke ? 10 : 1_000;
        Contestant few = new Contestant("no others", () -> inChild(awake, awake));
        return new Table(
                        "Hosted sessions in files, in a heap of 512 MB: " + awake + " awake, and others asleep",
                        few.name())
                .column(MADE, "")
                .ratio(ASLEEP, "MB")
                .ratio(AWAKE, "MB")
                .column(RESIDENT, "MB")
                .column(WOKEN, "ms")
                .note("Heap in use after a collection. TURBO_KNOWN=1000000 makes a million, which takes ten minutes.")
                .atMost(known + " in all", AWAKE, few.name(), 1.1)
                .print(new Rounds(0, 1, rounds.length())
                        .run(List.of(few, new Contestant(known + " in all", () -> inChild(known, awake)))));
    }

    private static Map<String, Double> inChild(int known, int awake) throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-known");
        try {
            return Child.run(
                    KnownBench.class, List.of(HEAP, "-XX:+UseParallelGC"), folder.toString(), "" + known, "" + awake);
        } finally {
            Folders.delete(folder);
        }
    }

    /** The process that is measured: {@code FOLDER KNOWN AWAKE}. */
    public static void main(String[] arguments) throws Exception {
        int known = Integer.parseInt(arguments[1]);
        int awake = Integer.parseInt(arguments[2]);
        try (Memory memory = Memories.open("file:" + arguments[0] + "?durability=memory")) {
            new KnownBench(memory).measure(known, awake);
        }
    }

    private void measure(int known, int awake) throws Exception {
        double made = hosted(Duration.ZERO, host -> {
            double seconds = deliver(host, known);
            while (!host.awake().isEmpty()) {
                Thread.sleep(10);
            }
            Child.tell(ASLEEP, Child.heap());
            return seconds;
        });
        Child.tell(MADE, known / made);
        hosted(NEVER, host -> {
            Child.tell(WOKEN, deliver(host, awake) * 1e3);
            Child.tell(AWAKE, Child.heap());
            if (host.awake().size() != awake) {
                throw new IllegalStateException(host.awake().size() + " sessions are awake, and not " + awake + ".");
            }
            return 0.0;
        });
        Child.tell(RESIDENT, Child.resident());
    }

    private interface Work {
        double with(Host host) throws Exception;
    }

    private double hosted(Duration idle, Work work) throws Exception {
        try (Runner runner = Runner.of(
                (prompt, listener) -> Completion.of("fine", "m"),
                r -> r.memory(memory).routine("talk", 1, this::talk))) {
            return work.with(runner.host(h -> h.idle(idle)));
        }
    }

    private void talk(Chat chat) {
        chat.listen("Hello?");
        for (int i = 0; i < IdleBench.MESSAGES; i++) {
            chat.emit(IdleBench.message(i));
        }
        while (true) {
            answered.release();
            chat.listen("And?");
        }
    }

    /** Brings something to so many sessions, and waits until each has come to its question; in seconds. */
    private double deliver(Host host, int sessions) throws Exception {
        answered.drainPermits();
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> callers = IntStream.range(0, CALLERS)
                    .<Callable<Boolean>>mapToObj(caller -> () -> {
                        for (int at = caller; at < sessions; at += CALLERS) {
                            host.deliver("s" + at, "talk", Input.text("hello"));
                        }
                        return true;
                    })
                    .toList();
            for (var caller : threads.invokeAll(callers)) {
                caller.get();
            }
        }
        answered.acquire(sessions);
        return (System.nanoTime() - begun) / 1e9;
    }
}
