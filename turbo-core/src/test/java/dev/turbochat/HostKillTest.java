package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Input;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host in a process that is killed (SIGKILL) at random moments, again and again, and started again at the same folder.
 *
 * <p>{@code -Dturbo.kills=200} makes the campaign longer, {@code -Dturbo.seed=N} repeats its choices.
 */
@Timeout(3600)
class HostKillTest {
    private static final int KILLS = Integer.getInteger("turbo.kills", 10);
    private static final int SESSIONS = 6;

    @TempDir
    Path folder;

    /** How many inputs each session has acknowledged; the next one is sent under the next number, until it is. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    /** The process: a host that hears {@code SESSION ID} on its standard input and says {@code SESSION ID} when it is stored. */
    static final class Child {
        private Child() {}

        private static final class Echo implements Model {
            @Override
            public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
                String text = "re: " + prompt.messages().getLast().text();
                listener.text("re: ");
                Thread.sleep(Duration.ofMillis(3)); // so that kills hit its middle
                listener.text(text.substring(4));
                return Completion.of(text, "echo");
            }

            @Override
            public String name() {
                return "echo";
            }
        }

        static void talk(Chat chat) {
            while (true) {
                chat.hear();
                chat.sleep(Duration.ofMillis(20));
                chat.generate();
            }
        }

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) throws Exception {
            Memory memory = Memory.file(Path.of(args[0]));
            Runner runner =
                    Runner.of(new Echo(), options -> options.memory(memory).routine("p", 1, Child::talk));
            Duration idle = Duration.ofMillis(Long.parseLong(args[1]));
            Host host = runner.host(options -> options.idle(idle).sweep(Duration.ofMillis(20)));
            System.out.println("ready");
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                Thread.ofVirtual().start(() -> deliver(host, words[0], words[1]));
            }
        }

        private static void deliver(Host host, String session, String id) {
            try {
                untilThereIsRoom(host, session, Input.text("input " + id).id(id));
                System.out.println(session + " " + id);
            } catch (Exception e) {
                System.out.println("failed: " + e);
            }
        }

        /** A fast disk acknowledges far more inputs than a turn of 23 ms can answer: then the sender waits, and tries again. */
        private static void untilThereIsRoom(Host host, String session, Input input) throws InterruptedException {
            while (true) {
                try {
                    host.deliver(session, "p", input);
                    return;
                } catch (SessionException.InboxFull e) {
                    Thread.sleep(20);
                }
            }
        }
    }

    private Process start(int idleMillis) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        String.valueOf(idleMillis))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String session(int number) {
        return "s" + number;
    }

    /** Sends each session its next input, and the one after it when that is acknowledged. */
    private void talk(Process process, List<String> complaints) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).isEqualTo("ready");
        Writer hears = process.outputWriter(StandardCharsets.UTF_8);
        for (int s = 0; s < SESSIONS; s++) {
            send(hears, session(s));
        }
        Thread.ofVirtual().start(() -> {
            try {
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                    String[] words = line.split(" ");
                    if (words[0].equals("failed:")) {
                        complaints.add(line);
                    } else {
                        acknowledged.put(words[0], Integer.parseInt(words[1]) + 1);
                        send(hears, words[0]);
                    }
                }
            } catch (IOException e) {
                return; // it was killed
            }
        });
    }

    private void send(Writer hears, String session) throws IOException {
        hears.write(session + " " + acknowledged.getOrDefault(session, 0) + "\n");
        hears.flush();
    }

    @Test
    void what_was_acknowledged_is_heard_once_and_in_order_and_answered_however_often_the_process_is_killed()
            throws Exception {
        long seed = Long.getLong("turbo.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> complaints = new java.util.concurrent.CopyOnWriteArrayList<>();
        Map<String, Integer> hits = new TreeMap<>();
        try (Memory memory = Memory.file(folder)) {
            for (int kills = 0; kills < KILLS; kills++) {
                Process process = start(kills % 2 * 1_000);
                try {
                    talk(process, complaints);
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(700_000)));
                } finally {
                    process.destroyForcibly().waitFor();
                }
                for (int s = 0; s < SESSIONS; s++) {
                    hits.merge(state(memory.read(session(s))), 1, Integer::sum);
                }
            }
            assertThat(complaints).as("seed %s", seed).isEmpty();
            goesOnByItself(memory, seed);
            for (int s = 0; s < SESSIONS; s++) {
                check(session(s), memory.read(session(s)), seed);
            }
        }
        System.out.println("HostKillTest: seed " + seed + ", " + KILLS + " kills by what journals ended with: " + hits
                + "; acknowledged " + acknowledged);
    }

    /** A host that nobody delivers anything to finishes what the killed ones had begun. */
    private void goesOnByItself(Memory memory, long seed) throws Exception {
        Process process = start(0);
        try {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                for (int s = 0; s < SESSIONS; s++) {
                    List<Entry> journal = memory.read(session(s));
                    assertThat(memory.inbox(session(s)))
                            .as("inbox, seed %s", seed)
                            .isEmpty();
                    assertThat(count(journal, Body.Generated.class))
                            .as("%s, seed %s", session(s), seed)
                            .isEqualTo(count(journal, Body.Answered.class));
                }
                assertThat(memory.due(java.time.Instant.MAX, 10)).isEmpty();
            });
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String state(List<Entry> journal) {
        return journal.isEmpty()
                ? "nothing"
                : journal.getLast().body().getClass().getSimpleName();
    }

    private static long count(List<Entry> journal, Class<? extends Body> kind) {
        return journal.stream().filter(entry -> kind.isInstance(entry.body())).count();
    }

    private void check(String session, List<Entry> journal, long seed) {
        List<String> heard = journal.stream()
                .flatMap(entry -> entry.body() instanceof Body.Answered answered
                        ? java.util.stream.Stream.ofNullable(answered.input().id())
                        : java.util.stream.Stream.empty())
                .toList();
        assertThat(heard)
                .as("%s, seed %s", session, seed)
                .isEqualTo(IntStream.range(0, heard.size())
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(heard).hasSizeGreaterThanOrEqualTo(acknowledged.getOrDefault(session, 0));
        assertThat(heard).hasSizeLessThanOrEqualTo(acknowledged.getOrDefault(session, 0) + 1);
        assertThat(count(journal, Body.TimerSet.class)).isEqualTo(heard.size());
        assertThat(count(journal, Body.TimerDone.class)).isEqualTo(heard.size());
        assertThat(count(journal, Body.Generating.class)).isLessThanOrEqualTo(heard.size() + (long) KILLS);
        assertThat(journal)
                .extracting(Entry::seq)
                .isEqualTo(IntStream.range(0, journal.size())
                        .mapToObj(Long::valueOf)
                        .toList());
    }
}
