package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What long sessions and many sleeping ones cost: {@code -Dturbo.campaign=true} prints it. */
@EnabledIfSystemProperty(named = "turbo.campaign", matches = ".+")
class FiguresTest {
    private static final PrintStream OUT = System.out;
    private static final int STEPS = 10_000;
    private static final int SESSIONS = 10_000;

    private final AtomicInteger calls = new AtomicInteger();
    private final Model model = (prompt, listener) -> {
        calls.incrementAndGet();
        return Completion.of("fine", "fake");
    };

    /** Of ten steps: four messages, two effects, a typed and an untyped question, a time and an answer. */
    private static int long10(Chat chat) {
        int sum = 0;
        for (int i = 0; i < STEPS / 10; i++) {
            chat.user("This is message " + i);
            sum += chat.effect("add", Integer.class, () -> 1);
            chat.say("That makes " + sum);
            sum += chat.ask("How many?", Integer.class);
            chat.now();
            chat.generate();
            chat.effect("note", () -> {});
            chat.hear();
            chat.notice("Round " + i);
        }
        return sum;
    }

    @Test
    void replay_of_ten_thousand_steps(@TempDir Path folder) throws Exception {
        for (String uri : new String[] {"heap:", "file:" + folder + "?durability=memory"}) {
            try (Memory memory = Memories.open(uri);
                    Runner runner = Runner.of(model, options -> options.memory(memory))) {
                long begun = System.nanoTime();
                int lives = 0;
                boolean asleep = true;
                while (asleep) {
                    lives++;
                    AtomicInteger left = new AtomicInteger(100);
                    FrontEnd some =
                            question -> left.getAndDecrement() == 0 ? Optional.empty() : Optional.of(Input.text("1"));
                    try {
                        runner.call(
                                "s", chat -> long10(chat) + chat.hear().text().length(), some);
                        asleep = false;
                    } catch (SessionException.SessionAsleep e) {
                        asleep = memory.read("s").size() < STEPS * 1.2 - 200;
                    }
                }
                OUT.printf(
                        "%s: %d entries in %d lives: %d ms%n",
                        uri, memory.read("s").size(), lives, ms(begun));
                int before = calls.get();
                for (int i = 0; i < 5; i++) {
                    begun = System.nanoTime();
                    try {
                        runner.call(
                                "s", chat -> long10(chat) + chat.hear().text().length(), question -> Optional.empty());
                    } catch (SessionException.SessionAsleep e) {
                        OUT.printf("%s: one replay: %d ms%n", uri, ms(begun));
                    }
                }
                assertThat(calls).hasValue(before);
            }
        }
    }

    @Test
    void ten_thousand_sessions_asleep(@TempDir Path folder) throws Exception {
        try (Memory memory = Memories.open("file:" + folder + "?durability=memory");
                Runner runner = Runner.of(
                        model,
                        options -> options.memory(memory).routine("talk", 1, chat -> {
                            chat.system("Be brief.");
                            while (true) {
                                chat.hear();
                                chat.generate();
                            }
                        }))) {
            Host host = runner.host(options -> options.idle(Duration.ZERO).sweep(Duration.ofSeconds(60)));
            host.deliver("warm", "talk", Input.text("hi"));
            await().until(() -> host.awake().isEmpty());
            long heap = used();
            for (int round = 1; round <= 2; round++) {
                long begun = System.nanoTime();
                for (int i = 0; i < SESSIONS; i++) {
                    host.deliver("s" + i, "talk", Input.text("hello"));
                }
                await().atMost(Duration.ofMinutes(5)).until(() -> host.awake().isEmpty());
                OUT.printf(
                        "round %d: %d sessions woken, answered and asleep again in %d ms; heap %+d bytes a session%n",
                        round, SESSIONS, ms(begun), (used() - heap) / SESSIONS);
            }
            assertThat(calls.get()).isEqualTo(2 * SESSIONS + 1);
        }
    }

    private static long ms(long begun) {
        return (System.nanoTime() - begun) / 1_000_000;
    }

    private static long used() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
