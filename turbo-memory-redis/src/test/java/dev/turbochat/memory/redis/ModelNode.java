package dev.turbochat.memory.redis;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.CachedModel;
import dev.turbochat.model.Completion;
import dev.turbochat.model.FallbackModel;
import dev.turbochat.model.Health;
import dev.turbochat.model.KeyedModel;
import dev.turbochat.model.LimitStore.Answer;
import dev.turbochat.model.LimitStore.Limit;
import dev.turbochat.model.LimitedModel;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node that asks models, whose limits, rests and answers it shares. Does what each line it reads says, and says how it went. */
final class ModelNode implements AutoCloseable {
    static final Duration WINDOW = Duration.ofMillis(200);

    private static final int THREADS = 8;

    private final RedisMemory memory;
    private final RedisClient client;
    private final RedisCommands<String, String> counter;
    private final Model shared;
    private boolean ill;
    private int asked;

    ModelNode(String uri) {
        memory = RedisMemory.connect(uri, options -> options.withLease(Duration.ofSeconds(1)));
        client = RedisClient.create(uri);
        counter = client.connect().sync();
        shared = FallbackModel.of(
                List.of(new Named("shared", this::answer), says("b", "b")),
                f -> f.failures(4, 1)
                        .rest(Duration.ofSeconds(8), Duration.ofMinutes(1))
                        .store(memory.limits()));
    }

    private Completion answer(Prompt prompt, Model.Listener listener) {
        asked++;
        if (ill) {
            throw new ModelException.Unavailable("shared", "no " + asked, null);
        }
        return Completion.of("shared", "shared");
    }

    public static void main(String[] args) throws Exception {
        try (ModelNode node = new ModelNode(args[0])) {
            System.out.println("ready");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(node.does(line));
            }
        }
    }

    String does(String what) throws Exception {
        return switch (what) {
            case "minute" -> admitted();
            case "at once" -> mostAtOnce();
            case "windows" -> admissions();
            case "hold" -> hold();
            case "a key is limited" -> keys(new ModelException.RateLimited("m", Duration.ofMinutes(1), "slow down"));
            case "keys" -> keys(null);
            case "a provider fails" -> providers(true);
            case "providers" -> providers(false);
            case "it fails" -> shared(true);
            case "it works" -> shared(false);
            case "health" -> shared.health().getFirst().state() + " " + lastFailure();
            default -> cached(what);
        };
    }

    static Prompt prompt() {
        return new Prompt(List.of(new Message.User("Hello?")), Settings.none().user("ann"));
    }

    static String ask(Model model) throws InterruptedException {
        return model.complete(prompt(), Model.Listener.NONE)
                .candidates()
                .getFirst()
                .text();
    }

    /** A model that has a name. */
    private record Named(String name, Model inner) implements Model {
        @Override
        public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
            return inner.complete(prompt, listener);
        }
    }

    static Model says(String name, String text) {
        return new Named(name, (prompt, listener) -> Completion.of(text, name));
    }

    private static Model fails(String name, ModelException e) {
        return new Named(name, (prompt, listener) -> {
            throw e;
        });
    }

    private static <T> List<T> inThreads(Callable<T> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(executor.submit(work));
            }
            for (Future<T> future : futures) {
                results.add(future.get());
            }
        }
        return results;
    }

    /** How many of many calls a limit of twenty a minute admitted. */
    private String admitted() throws Exception {
        Model model = LimitedModel.of(says("m", "hi"), l -> l.perMinute(20).store(memory.limits()));
        return ""
                + inThreads(() -> {
                            int admitted = 0;
                            for (int i = 0; i < 20; i++) {
                                admitted += isAdmitted(model) ? 1 : 0;
                            }
                            return admitted;
                        })
                        .stream()
                        .mapToInt(Integer::intValue)
                        .sum();
    }

    private static boolean isAdmitted(Model model) throws InterruptedException {
        try {
            return ask(model).equals("hi");
        } catch (ModelException.RateLimited e) {
            return false;
        }
    }

    /** How many calls, of all nodes together, were under way at the same time at the most. */
    private String mostAtOnce() throws Exception {
        Model counting = new Named("m", (prompt, listener) -> {
            long underWay = counter.incr("under-way");
            LockSupport.parkNanos(5_000_000);
            counter.decr("under-way");
            return Completion.of("" + underWay, "m");
        });
        Model model = LimitedModel.of(counting, l -> l.atOnce(3).waiting(true).store(memory.limits()));
        return ""
                + inThreads(() -> {
                            int most = 0;
                            for (int i = 0; i < 5; i++) {
                                most = Math.max(most, Integer.parseInt(ask(model)));
                            }
                            return most;
                        })
                        .stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElseThrow();
    }

    /** For two seconds takes what it gets of ten places for a while: when each was asked for, and when it was granted. */
    private String admissions() throws Exception {
        RedisLimits limits = memory.limits();
        Limit limit = new Limit("windows", 10, WINDOW);
        long start = System.nanoTime();
        List<String> all = new ArrayList<>();
        inThreads(() -> {
                    List<String> mine = new ArrayList<>();
                    while (System.nanoTime() - start < 2_000_000_000L) {
                        long asked = System.nanoTime();
                        if (limits.take(List.of(limit)) instanceof Answer.Taken) {
                            mine.add(asked + "-" + System.nanoTime());
                        }
                    }
                    return mine;
                })
                .forEach(all::addAll);
        return String.join(" ", all);
    }

    /** Takes two of three places, and holds them for as long as this process lives. */
    private String hold() {
        Limit places = Limit.atOnce("at-once:held", 3, Duration.ofHours(1));
        RedisLimits limits = memory.limits();
        boolean taken =
                Stream.of(places, places).allMatch(place -> limits.take(List.of(place)) instanceof Answer.Taken);
        return taken ? "held" : "refused";
    }

    /** Which of two keys answered. */
    private String keys(@Nullable ModelException first) throws InterruptedException {
        var keys = new LinkedHashMap<String, Model>();
        keys.put("KEY", first == null ? says("m", "KEY") : fails("m", first));
        keys.put("KEY_1", says("m", "KEY_1"));
        return ask(KeyedModel.of(keys, k -> k.store(memory.limits())));
    }

    /** Which of two providers answered. */
    private String providers(boolean failing) throws InterruptedException {
        Model first = failing ? fails("a", new ModelException.Unavailable("a", "no", null)) : says("a", "a");
        Model model = FallbackModel.of(
                List.of(first, says("b", "b")), f -> f.failures(2, 1).store(memory.limits()));
        ask(model);
        return ask(model);
    }

    /** Who answered, and how often the first of the two has been asked here. */
    private String shared(boolean failing) throws InterruptedException {
        ill = failing;
        return ask(shared) + " " + asked;
    }

    private String lastFailure() {
        Health.Failure last = shared.health().getFirst().lastFailure();
        return last == null ? "none" : last.code();
    }

    private String cached(String answer) throws InterruptedException {
        return ask(CachedModel.of(says("m", answer), memory.cache(Duration.ofMinutes(1))));
    }

    @Override
    public void close() {
        client.shutdown();
        memory.close();
    }
}
