package dev.turbochat.cli;

import static dev.turbochat.cli.Command.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A conversation in a process that is killed (SIGKILL) at random moments, again and again, and carries on.
 *
 * <p>{@code -Dturbo.kills=200} makes the campaign longer; it prints how many kills hit which state of the journal.
 */
@Timeout(1800)
class KillTest {
    private static final int KILLS = Integer.getInteger("turbo.kills", 10);
    private static final String SESSION = "s-1";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Test
    void nothing_recorded_is_lost_or_done_twice_however_often_the_process_is_killed() throws Exception {
        long seed = Long.getLong("turbo.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Integer> hits = new TreeMap<>();
        try (ModelServer server = new ModelServer().always(KillTest::answer)) {
            List<Entry> before = List.of();
            for (int kills = 0; kills < KILLS; kills++) {
                kill(server, before, random);
                List<Entry> after = journal();
                checkGrowth(before, after);
                hits.merge(state(after), 1, Integer::sum);
                before = after;
            }
            finish(server);
            check(server, journal());
            System.out.println("KillTest: seed " + seed + ", " + KILLS + " kills by what the journal ended with: "
                    + hits + "; model calls " + server.requests().size());
        }
    }

    /** An answer that takes its time, so that kills hit its middle. */
    private static void answer(java.io.OutputStream out) throws IOException {
        ModelServer.startStream(out);
        for (int i = 0; i < 5; i++) {
            ModelServer.piece(out, "word" + i + " ");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
        }
        ModelServer.write(out, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }

    private Command chat(ModelServer server) {
        return turbo(data, "run", "chat", "--model", server.url() + "#m", "--session", SESSION);
    }

    /** Runs the conversation on from where it is, and kills it somewhere in the next few turns. */
    private void kill(ModelServer server, List<Entry> before, Random random) throws Exception {
        int requests = server.requests().size();
        Process process = chat(server).start();
        try {
            StringBuilder lines = new StringBuilder();
            IntStream.range(inputs(before).size(), inputs(before).size() + 50)
                    .forEach(i -> lines.append("input ").append(i).append('\n'));
            process.getOutputStream().write(lines.toString().getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (server.requests().size() == requests && System.nanoTime() < deadline && random.nextInt(400) > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // mostly until it is at work, sometimes before
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(600_000)));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void finish(ModelServer server) throws Exception {
        assertThat(chat(server).typing("the last input").run().status()).isZero();
    }

    private List<Entry> journal() {
        try (Memory memory = Memories.open("file:" + data.resolve("turbo/sessions"))) {
            return memory.read(SESSION);
        }
    }

    /** What was recorded stays as it was. */
    private static void checkGrowth(List<Entry> before, List<Entry> after) {
        assertThat(after.size()).isGreaterThanOrEqualTo(before.size());
        assertThat(after.subList(0, before.size())).isEqualTo(before);
    }

    private static String state(List<Entry> journal) {
        return journal.isEmpty()
                ? "nothing"
                : journal.getLast().body().getClass().getSimpleName();
    }

    private static List<String> inputs(List<Entry> journal) {
        List<String> inputs = new ArrayList<>();
        for (Entry entry : journal) {
            if (entry.body() instanceof Body.Answered answered) {
                inputs.add(answered.input().text());
            }
        }
        return inputs;
    }

    private static void check(ModelServer server, List<Entry> journal) {
        assertThat(journal)
                .extracting(Entry::seq)
                .isEqualTo(IntStream.range(0, journal.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        List<String> inputs = inputs(journal);
        for (int i = 0; i < inputs.size() - 1; i++) {
            assertThat(inputs.get(i)).isEqualTo("input " + i); // once, and in order
        }
        assertThat(inputs.getLast()).isEqualTo("the last input");

        long results = journal.stream()
                .filter(entry -> entry.body() instanceof Body.Generated)
                .count();
        long intents = journal.stream()
                .filter(entry -> entry.body() instanceof Body.Generating)
                .count();
        assertThat(results).isEqualTo(inputs.size());
        assertThat((long) server.requests().size()).isLessThanOrEqualTo(intents);
        assertThat(intents).isLessThanOrEqualTo(results + KILLS);

        List<Message> said = new ArrayList<>();
        for (Entry entry : journal) {
            if (entry.body() instanceof Body.Said(Message message)) {
                said.add(message);
            } else if (entry.body() instanceof Body.Generated generated) {
                said.add(generated.message());
            }
        }
        List<Message> legal = new ArrayList<>(List.of(new Message.System("You are a helpful assistant.")));
        for (String input : inputs) {
            legal.add(new Message.User(input));
            legal.add(new Message.Assistant("word0 word1 word2 word3 word4 "));
        }
        assertThat(said).isEqualTo(legal);
    }
}
