package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.Host;
import dev.turbochat.Program;
import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** What a session costs while nobody says anything: bytes of heap. */
final class IdleBench {
    private static final String HEAP = "heap a session";
    static final int MESSAGES = 20;
    private static final Duration NEVER = Duration.ofMinutes(30);
    private static final Model MODEL = (prompt, listener) -> Completion.of("fine", "m");

    private IdleBench() {}

    static String run(Rounds rounds) throws Exception {
        int sessions = rounds.equals(Rounds.SMOKE) ? 50 : 5_000;
        int warmups =
                rounds.equals(Rounds.SMOKE) ? 0 : 6; // until programs are compiled: interpreted frames are the largest
        Rounds some = new Rounds(warmups, Math.min(3, rounds.rounds()), rounds.length());
        String limit = "a parked thread with " + MESSAGES + " messages";
        String parked = "turbo, parked at a question, " + MESSAGES + " messages";
        return new Table("Idle sessions, " + sessions + " of them", limit)
                .ratio(HEAP, "bytes")
                .atMost(parked, HEAP, limit, 1.15)
                .atMost("turbo, hosted, hibernated", HEAP, "", 200)
                .print(some.run(List.of(
                        new Contestant(parked, () -> pulled(sessions)),
                        new Contestant(limit, () -> threads(sessions, MESSAGES)),
                        new Contestant("a parked thread", () -> threads(sessions, 0)),
                        new Contestant(
                                "turbo, hosted, awake, " + MESSAGES + " messages", () -> hosted(sessions, NEVER)),
                        new Contestant("turbo, hosted, hibernated", () -> hosted(sessions, Duration.ZERO)))));
    }

    static Message message(int number) {
        return new Message.User("This is message number " + number + ", as short as they are in a chat.");
    }

    static void talk(Chat chat) {
        for (int i = 0; i < MESSAGES; i++) {
            chat.emit(message(i));
        }
        chat.listen("And?");
    }

    private static Map<String, Double> pulled(int sessions) throws Exception {
        long before = used();
        List<Session<?>> open = new ArrayList<>();
        try (Runner runner = Runner.of(MODEL)) {
            for (int i = 0; i < sessions; i++) {
                Session<?> session = runner.open("s" + i, Program.of(IdleBench::talk));
                session.next();
                open.add(session);
            }
            double each = (used() - before) / (double) sessions;
            open.forEach(Session::close);
            return Map.of(HEAP, each);
        }
    }

    private static Map<String, Double> threads(int sessions, int messages) throws Exception {
        long before = used();
        CountDownLatch parked = new CountDownLatch(sessions);
        boolean[] over = {false};
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            threads.add(Thread.ofVirtual().name("thread " + i).start(() -> {
                List<Message> said = new ArrayList<>(messages);
                for (int j = 0; j < messages; j++) {
                    said.add(message(j));
                }
                parked.countDown();
                while (!over[0] || said.size() != messages) {
                    LockSupport.park(said);
                }
            }));
        }
        parked.await();
        double each = (used() - before) / (double) sessions;
        over[0] = true;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            thread.join();
        }
        return Map.of(HEAP, each);
    }

    private static Map<String, Double> hosted(int sessions, Duration idle) throws Exception {
        Path folder = Files.createTempDirectory("turbo-bench-idle");
        CountDownLatch asking = new CountDownLatch(sessions);
        try (Memory memory = Memories.open(idle.isZero() ? "file:" + folder + "?durability=memory" : "heap:");
                Runner runner = Runner.of(
                        MODEL,
                        r -> r.memory(memory).routine("talk", 1, chat -> {
                            chat.listen("Hello?");
                            asking.countDown();
                            talk(chat);
                        }))) {
            Host host = runner.host(h -> h.idle(idle).sweep(NEVER).awake(sessions));
            long before = used();
            for (int i = 0; i < sessions; i++) {
                host.deliver("s" + i, "talk", Input.text("hello"));
            }
            asking.await();
            while (idle.isZero() && !host.awake().isEmpty()) {
                Thread.sleep(1);
            }
            return Map.of(HEAP, (used() - before) / (double) sessions);
        } finally {
            Folders.delete(folder);
        }
    }

    /** What is in use when there is no garbage. */
    static long used() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(30);
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
