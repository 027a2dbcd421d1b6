package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.Chat;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Input;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes over one Redis: whichever is told, whichever owns a session, and whichever is there no more. */
@Timeout(120)
class NodesTest {
    private static final Duration LEASE = Duration.ofSeconds(1);

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private RealRedis redis;
    private Proxy proxy;
    private RedisMemory watching;

    @BeforeEach
    void start() throws IOException {
        redis = RealRedis.started();
        proxy = new Proxy(redis.port());
        watching = RedisMemory.connect(redis.uri());
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(Node::close);
        watching.close();
        proxy.close();
        redis.close();
    }

    /** A host with a connection of its own. */
    private record Node(RedisMemory memory, Runner runner, Host host) {
        void delivers(String session, String text) throws InterruptedException {
            host.deliver(session, "p", Input.text(text));
        }

        void close() {
            runner.close();
            memory.close();
        }
    }

    private Node node(String uri, Model model, Duration idle, UnaryOperator<Runner.Options> programs) {
        RedisMemory memory = RedisMemory.connect(
                uri, options -> options.withLease(LEASE).withWaits(Duration.ofMillis(500), Duration.ofSeconds(2)));
        Runner runner = Runner.of(model, r -> programs.apply(r.memory(memory)));
        Host host = runner.host(h -> h.idle(idle).sweep(Duration.ofMillis(50)).drain(Duration.ofSeconds(1)));
        Node node = new Node(memory, runner, host);
        nodes.add(node);
        return node;
    }

    private Node node(String uri, Model model, Duration idle) {
        return node(uri, model, idle, runner -> runner.routine("p", 1, NodesTest::talk));
    }

    private static void talk(Chat chat) {
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    private Completion answer(Prompt prompt, Model.Listener listener) {
        String asked = prompt.messages().getLast().text();
        calls.merge(asked, 1, Integer::sum);
        return Completion.of("Re: " + asked, "counting");
    }

    private static List<String> answered(Memory memory, String session) {
        return memory.read(session).stream()
                .map(Entry::body)
                .flatMap(body -> body instanceof Body.Generated generated
                        ? Stream.of(generated.message().text())
                        : Stream.empty())
                .toList();
    }

    private static List<String> answers(List<String> inputs) {
        return inputs.stream().map(input -> "Re: " + input).toList();
    }

    private void awaitAnswers(String session, List<String> inputs) {
        List<String> answers = answers(inputs);
        await("answers of " + session)
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(answered(watching, session)).isEqualTo(answers));
    }

    /** Each input is delivered when the one before has been answered, by whichever node. */
    @ParameterizedTest
    @ValueSource(longs = {0, 60_000})
    void a_conversation_by_turns_at_both_nodes_is_answered_once_and_in_order(long idle) throws Exception {
        List<Node> both = both(idle);
        converse((session, inputs) -> {
            for (int i = 0; i < inputs.size(); i++) {
                both.get((session + i) % 2).delivers("s" + session, inputs.get(i));
                awaitAnswers("s" + session, inputs.subList(0, i + 1));
            }
        });
        assertThat(calls).hasSize(150);
        assertThat(calls.values()).containsOnly(1);
    }

    /** Nobody waits for an answer: each input is delivered when the one before was acknowledged, by whichever node. */
    @ParameterizedTest
    @ValueSource(longs = {0, 60_000})
    void input_at_both_nodes_is_answered_once_and_in_the_order_in_which_it_was_acknowledged(long idle)
            throws Exception {
        List<Node> both = both(idle);
        converse((session, inputs) -> {
            for (int i = 0; i < inputs.size(); i++) {
                both.get((session + i) % 2).delivers("s" + session, inputs.get(i));
            }
        });
        for (int s = 0; s < 30; s++) {
            String session = "s" + s;
            List<String> answers = answers(inputs(session));
            await("answers of " + session)
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(answered(watching, session)).containsExactlyElementsOf(answers));
        }
        assertThat(calls).hasSize(150);
        assertThat(calls.values()).containsOnly(1);
    }

    private List<Node> both(long idle) {
        Duration time = Duration.ofMillis(idle);
        return List.of(node(redis.uri(), this::answer, time), node(redis.uri(), this::answer, time));
    }

    private interface Client {
        void converse(int session, List<String> inputs) throws InterruptedException;
    }

    /** Has thirty clients converse at the same time, each in a session of its own. */
    private static void converse(Client client) throws Exception {
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int s = 0; s < 30; s++) {
                int session = s;
                clients.add(threads.submit(() -> {
                    client.converse(session, inputs("s" + session));
                    return true;
                }));
            }
        }
        for (Future<?> each : clients) {
            each.get();
        }
    }

    private static List<String> inputs(String session) {
        return IntStream.range(0, 5).mapToObj(i -> session + ", input " + i).toList();
    }

    @Test
    void what_a_node_that_is_cut_off_was_doing_goes_on_at_the_other() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        Node cut = node(
                proxy.uri(),
                (prompt, listener) -> {
                    if (prompt.messages().getLast().text().equals("long")) {
                        listener.text("Never ");
                        begun.countDown();
                        proceed.await();
                        return Completion.of("Never shown.", "cut off");
                    }
                    return answer(prompt, listener);
                },
                Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            cut.delivers("waits" + i, "first" + i);
            awaitAnswers("waits" + i, List.of("first" + i));
        }
        cut.delivers("busy", "long");
        begun.await();
        Node other = node(redis.uri(), this::answer, Duration.ofMinutes(1));
        proxy.cut();
        for (int i = 0; i < 5; i++) {
            other.delivers("waits" + i, "second" + i); // into the inbox: the lease has not ended
        }
        awaitAnswers("busy", List.of("long")); // nothing was delivered to it
        for (int i = 0; i < 5; i++) {
            awaitAnswers("waits" + i, List.of("first" + i, "second" + i));
        }
        List<Entry> before = watching.read("busy");
        proxy.mend();
        proceed.countDown();
        await().until(() -> !cut.host().awake().contains("busy"));
        assertThat(watching.read("busy")).isEqualTo(before);
        other.delivers("busy", "then");
        awaitAnswers("busy", List.of("long", "then"));
        assertThat(calls.values()).containsOnly(1);
    }

    @Test
    void a_node_that_is_older_hands_input_over_to_one_that_is_newer() throws Exception {
        Node older = node(
                redis.uri(), this::versioned, Duration.ZERO, runner -> runner.routine("p", 1, chat -> says(chat, 1)));
        older.delivers("old", "a");
        awaitAnswers("old", List.of("1 a"));
        Node newer = node(
                redis.uri(),
                this::versioned,
                Duration.ZERO,
                runner -> runner.routine("p", 1, chat -> says(chat, 1)).routine("p", 2, chat -> says(chat, 2)));
        newer.delivers("new", "a");
        awaitAnswers("new", List.of("2 a"));
        older.delivers("new", "b");
        newer.delivers("old", "b");
        awaitAnswers("new", List.of("2 a", "2 b"));
        awaitAnswers("old", List.of("1 a", "1 b"));
        older.delivers("new", "c");
        awaitAnswers("new", List.of("2 a", "2 b", "2 c"));
        older.delivers("old", "c");
        awaitAnswers("old", List.of("1 a", "1 b", "1 c"));
        assertThat(older.host().parked()).isEmpty();
        assertThat(calls.values()).containsOnly(1);
    }

    private static void says(Chat chat, int version) {
        chat.system("" + version);
        talk(chat);
    }

    private Completion versioned(Prompt prompt, Model.Listener listener) {
        String version = prompt.messages().getFirst().text();
        String asked = prompt.messages().getLast().text();
        calls.merge(version + " " + asked, 1, Integer::sum);
        return Completion.of("Re: " + version + " " + asked, "counting");
    }
}
