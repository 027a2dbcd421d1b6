package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A host over a memory, and what tests of it say again and again. */
abstract class HostFixture {
    @TempDir
    Path folder;

    Memory memory = Memory.heap();
    final Fakes.FakeModel model = Fakes.model();
    private final List<Runner> runners = new ArrayList<>();

    @AfterEach
    final void closeAll() {
        runners.forEach(Runner::close);
        memory.close();
    }

    /** A host of one program, which never hibernates by itself and sweeps often. */
    final Host host(Routine program) {
        return host(program, options -> options);
    }

    final Host host(Routine program, UnaryOperator<Host.Options> options) {
        return hostOf(runner -> runner.routine("p", 1, program), options);
    }

    final Host hostOf(UnaryOperator<Runner.Options> programs, UnaryOperator<Host.Options> options) {
        Runner runner = Runner.of(model, r -> programs.apply(r.memory(memory)));
        runners.add(runner);
        return runner.host(h -> options.apply(
                h.idle(Duration.ofMinutes(1)).sweep(Duration.ofMillis(10)).drain(Duration.ofSeconds(2))));
    }

    static void talk(Chat chat) {
        chat.system("Be kind.");
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    /** The next answer begins with this text, and goes on when the test says so. */
    final class Held {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch proceed = new CountDownLatch(1);

        Held(String start, String rest) {
            model.then((prompt, listener) -> {
                listener.text(start);
                begun.countDown();
                proceed.await();
                listener.text(rest);
                return Completion.of(start + rest, "fake");
            });
        }
    }

    static Input text(String text) {
        return Input.text(text);
    }

    /** What a reader who has had nothing is told up to the end of the turn. */
    static List<String> told(Host host, String session) {
        try (Events events = host.events(session, null)) {
            return told(events);
        }
    }

    static List<String> told(Events events) {
        List<String> told = new ArrayList<>();
        for (Event event : events.untilTurnEnds()) {
            if (!(event instanceof Event.Token)) { // who comes in the middle is told some of them
                told.add(word(event));
            }
        }
        return told;
    }

    static String word(Event event) {
        return switch (event) {
            case Event.Said said -> "said " + said.message().text();
            case Event.Heard heard -> "heard " + heard.input().text();
            case Event.Ask ask -> "ask " + ask.question().prompt();
            case Event.Token token -> "token " + token.text();
            case Event.Notice notice -> "notice " + notice.text();
            case Event.Done done -> "done " + done.result();
            case Event.Failed failed -> "failed " + failed.code();
            case Event.Effect effect -> "effect " + effect.name();
            case Event.Tool tool -> "tool " + tool.call().name() + " " + tool.state() + " " + tool.text();
            case Event.Restart ignored -> "restart";
            case Event.Retry retry -> "retry " + retry.attempt();
            case Event.Usage ignored -> "usage";
        };
    }

    final <B extends Body> Stream<B> bodies(String session, Class<B> kind) {
        return memory.read(session).stream()
                .map(entry -> entry.body())
                .filter(kind::isInstance)
                .map(kind::cast);
    }

    final List<String> answers(String session) {
        return bodies(session, Body.Answered.class)
                .map(answered -> answered.input().text())
                .toList();
    }

    final List<Message.Assistant> generated(String session) {
        return bodies(session, Body.Generated.class)
                .map(Body.Generated::message)
                .toList();
    }

    static void inThread(Work work, Consumer<Throwable> failed) {
        Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Throwable t) {
                failed.accept(t);
            }
        });
    }

    interface Work {
        void run() throws Exception;
    }
}
