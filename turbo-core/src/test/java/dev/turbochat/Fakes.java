package dev.turbochat;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Usage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The two ends of a run, faked at the SPI: a model that says what it is told to, and a front end with its answers. */
final class Fakes {
    private Fakes() {}

    /** A model that gives these answers word by word, one a call, and fails the test at a call too many. */
    static FakeModel model(String... answers) {
        FakeModel model = new FakeModel();
        Arrays.stream(answers).forEach(model::then);
        return model;
    }

    /** A front end that gives these answers, and then has no more. */
    static FakeFrontEnd frontEnd(String... answers) {
        FakeFrontEnd frontEnd = new FakeFrontEnd();
        Arrays.stream(answers).map(Input::text).forEach(frontEnd.answers::add);
        return frontEnd;
    }

    /** Messages as lines: {@code user: hi}. */
    static List<String> lines(List<? extends Message> messages) {
        return messages.stream()
                .map(message -> message.role() + ": " + message.text())
                .toList();
    }

    /** A user message with a picture. */
    static Message.User picture(String text) {
        return new Message.User(List.of(Part.of(text), Part.Image.of(new byte[] {1, 2, 3}, "image/png")), null);
    }

    static final class FakeModel implements Model {
        private final Deque<Model> answers = new ConcurrentLinkedDeque<>();
        final List<Prompt> prompts = Collections.synchronizedList(new ArrayList<>());

        FakeModel then(String answer) {
            return then((prompt, listener) -> {
                for (String word : answer.split("(?<= )", -1)) {
                    listener.text(word);
                }
                return Completion.of(answer, "fake");
            });
        }

        FakeModel then(Model answer) {
            answers.add(answer);
            return this;
        }

        FakeModel thenFail(RuntimeException failure) {
            return then((prompt, listener) -> {
                throw failure;
            });
        }

        /** Several candidates; as vendors do, without a stream. */
        FakeModel thenCandidates(String... texts) {
            return then((prompt, listener) -> new Completion(
                    Arrays.stream(texts).map(Message.Assistant::new).toList(), Usage.NONE, "fake"));
        }

        @Override
        public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
            prompts.add(prompt);
            Model answer = answers.poll();
            if (answer == null) {
                throw new AssertionError("The model was called once too often, with " + prompt);
            }
            return answer.complete(prompt, listener);
        }

        @Override
        public String name() {
            return "fake";
        }

        int calls() {
            return prompts.size();
        }

        /** The last prompt as lines. */
        List<String> asked() {
            return lines(prompts.getLast().messages());
        }
    }

    static final class FakeFrontEnd implements FrontEnd {
        final Deque<Input> answers = new ConcurrentLinkedDeque<>();
        final List<Event> events = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Optional<Input> answer(Question question) {
            return Optional.ofNullable(answers.poll());
        }

        @Override
        public void show(Event event) {
            events.add(event);
        }

        /** What was shown, as lines; who answers is not shown what he said. */
        List<String> shown() {
            return List.copyOf(events).stream()
                    .filter(event -> !(event instanceof Event.Heard))
                    .map(Fakes::line)
                    .toList();
        }

        /** What was shown of this type. */
        <E extends Event> List<E> shown(Class<E> type) {
            return List.copyOf(events).stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .toList();
        }
    }

    private static String line(Event event) {
        return switch (event) {
            case Event.Token token -> "token " + token.text();
            case Event.Said said -> "said " + said.message().text();
            case Event.Heard heard -> "heard " + heard.input().text();
            case Event.Ask ask ->
                (ask.question().again() ? "ask again " : "ask ")
                        + ask.question().prompt();
            case Event.Effect effect -> "effect " + effect.name();
            case Event.Tool tool -> "tool " + tool.call().name() + " " + tool.state() + " " + tool.text();
            case Event.Restart ignored -> "restart";
            case Event.Retry retry -> "retry " + retry.attempt() + ": " + retry.why();
            case Event.Usage usage -> "usage " + usage.usage().total();
            case Event.Notice notice -> "notice " + notice.text();
            case Event.Done done -> "done " + done.result();
            case Event.Failed failed -> "failed " + failed.code() + ": " + failed.message();
        };
    }

    /** How many threads of this name are alive, virtual ones included. */
    static long threadsNamed(String name) {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            long found = Files.readAllLines(dump).stream()
                    .filter(line -> line.contains("\"" + name + "\""))
                    .count();
            Files.delete(dump);
            Files.delete(folder);
            return found;
        } catch (IOException e) {
            throw new AssertionError("No thread dump could be had.", e);
        }
    }
}
