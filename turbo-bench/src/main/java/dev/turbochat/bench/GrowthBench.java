package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.Program;
import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a turn costs as conversations grow longer, and as there are more of them in a store. */
final class GrowthBench {
    private static final String TIME = "time";
    private static final int[] LENGTHS = {10, 100, 1_000, 10_000};
    private static final int[] STORES = {10, 100, 1_000, 10_000, 100_000};
    private static final int SHORT = 2;
    private static final int TURNS = 100;
    private static final Input HELLO = Input.text("hello");
    private static final Model MODEL = (prompt, listener) -> Completion.of("fine", "m");

    private final Rounds rounds;
    private final Map<String, Map<Integer, Double>> lines = new LinkedHashMap<>();

    private GrowthBench(Rounds rounds) {
        this.rounds = rounds;
    }

    /**
     * @param plot where the plot goes; null for nowhere
     */
    static String run(Rounds rounds, @Nullable Path plot) throws Exception {
        GrowthBench bench = new GrowthBench(rounds);
        String tables = bench.awake() + bench.woken() + bench.stores();
        if (plot != null) {
            Files.writeString(plot, Plot.svg("messages before, or sessions in the store", "us a turn", bench.lines));
        }
        return tables;
    }

    private int[] some(int... sizes) {
        return rounds.equals(Rounds.SMOKE) ? new int[] {sizes[0], sizes[SHORT - 1]} : sizes;
    }

    /** A conversation that has been going on for so many messages. */
    private static void talk(Chat chat, int messages) {
        for (int i = 0; i < messages; i++) {
            chat.user("message");
        }
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    private String print(String title, String line, Map<String, List<Map<String, Double>>> figures, int... sizes) {
        Map<Integer, Double> points = new LinkedHashMap<>();
        for (int size : sizes) {
            double[] times = figures.getOrDefault(named(size), List.of()).stream()
                    .mapToDouble(round -> round.getOrDefault(TIME, Double.NaN))
                    .sorted()
                    .toArray();
            points.put(size, times[times.length / 2]);
        }
        lines.put(line, points);
        return new Table(title, named(sizes[0])).ratio(TIME, "us").print(figures);
    }

    private static String named(int size) {
        return String.format(Locale.ROOT, "%,d", size);
    }

    private String awake() throws Exception {
        List<Contestant> contestants = new ArrayList<>();
        int[] sizes = some(LENGTHS);
        for (int messages : sizes) {
            contestants.add(new Contestant(named(messages), () -> Map.of(TIME, awake(messages))));
        }
        return print(
                "A turn of a session that is awake, on the heap, by its messages before",
                "awake",
                rounds.run(contestants),
                sizes);
    }

    private static double awake(int messages) throws Exception {
        try (Runner runner = Runner.of(MODEL, r -> r.window(Window.last(20)));
                Session<?> session = runner.open("s", Program.of(chat -> talk(chat, messages)))) {
            session.next();
            for (int i = 0; i < TURNS; i++) {
                session.reply(HELLO);
            }
            long begun = System.nanoTime();
            for (int i = 0; i < TURNS; i++) {
                session.reply(HELLO);
            }
            return (System.nanoTime() - begun) / 1e3 / TURNS;
        }
    }

    private String woken() throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-growth");
        int[] sizes = some(LENGTHS);
        try (Memory memory = Memories.open("file:" + folder + "?durability=memory");
                Runner runner = Runner.of(MODEL, r -> r.memory(memory).window(Window.last(20)))) {
            List<Contestant> contestants = new ArrayList<>();
            for (int messages : sizes) {
                turn(runner, "s" + messages, messages);
                contestants.add(new Contestant(named(messages), () -> {
                    int turns = Math.clamp(LENGTHS[LENGTHS.length - 1] / messages, 1, TURNS);
                    long begun = System.nanoTime();
                    for (int i = 0; i < turns; i++) {
                        turn(runner, "s" + messages, messages);
                    }
                    return Map.of(TIME, (System.nanoTime() - begun) / 1e3 / turns);
                }));
            }
            String title = "A turn of a session that is woken for it, from a file, fsync off, by its messages before";
            return print(title, "woken", rounds.run(contestants), sizes);
        } finally {
            Folders.delete(folder);
        }
    }

    /** Wakes a session, has a turn and lets it sleep. */
    private static void turn(Runner runner, String session, int messages) throws InterruptedException {
        boolean[] asked = {false};
        try {
            runner.run(session, chat -> talk(chat, messages), question -> {
                boolean first = !asked[0];
                asked[0] = true;
                return first ? Optional.of(HELLO) : Optional.empty();
            });
        } catch (SessionException.SessionAsleep e) {
            return; // as it shall
        }
        throw new IllegalStateException("The session did not fall asleep.");
    }

    private String stores() throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-growth");
        int[] sizes = some(STORES);
        try (Memory memory = Memories.open("file:" + folder + "?durability=memory");
                Runner runner = Runner.of(MODEL, r -> r.memory(memory))) {
            for (int i = 0; i < TURNS * sizes.length * sizes.length; i++) { // until all of it is compiled
                turn(runner, "warming-up-" + i, 1);
            }
            Map<String, List<Map<String, Double>>> figures = new LinkedHashMap<>();
            int made = 0;
            for (int size : sizes) {
                for (; made < size; made++) {
                    turn(runner, "s" + made, 1);
                }
                List<Map<String, Double>> measured = new ArrayList<>();
                for (int round = 0; round < rounds.rounds(); round++) {
                    measured.add(Map.of(TIME, turns(runner, size, round)));
                }
                figures.put(named(size), measured);
            }
            return print(
                    "A turn of a session that is woken for it, by the sessions in the store",
                    "by sessions",
                    figures,
                    sizes);
        } finally {
            Folders.delete(folder);
        }
    }

    /** Turns of sessions here and there in the store. */
    private static double turns(Runner runner, int sessions, int round) throws InterruptedException {
        long begun = System.nanoTime();
        for (int i = 0; i < TURNS; i++) {
            turn(runner, "s" + (int) ((i * 7_919L + round) % sessions), 1);
        }
        return (System.nanoTime() - begun) / 1e3 / TURNS;
    }
}
