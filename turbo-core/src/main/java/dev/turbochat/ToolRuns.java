package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.step.AnyTool;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.core.JacksonException;

/**
 * Tool calls that are under way at once, each on a virtual thread of its own. Used by the program's thread, which alone
 * stores and shows what comes of them.
 */
final class ToolRuns {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRuns.class);
    private static final String STOPPED = "The user stopped the answer. Nobody knows whether this call took effect.";

    /** The longest result that a model is told, in characters. */
    private static final int LONGEST = 256 * 1024;

    private final Stage stage;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final BlockingQueue<Word> words = new LinkedBlockingQueue<>();

    /** A call that is under way. */
    private record Running(ToolCall call, Thread thread, Duration timeout, long deadline) {}

    /** What a call's thread has to say: how far it is, or, with a result, that it has ended. */
    private record Word(String call, String progress, Message.@Nullable ToolResult result) {}

    ToolRuns(Stage stage) {
        this.stage = stage;
    }

    void start(ToolCall call, AnyTool.Ready ready, Duration timeout, String key) {
        Map<String, String> mdc = MDC.getCopyOfContextMap();
        Thread thread = Thread.ofVirtual().name("turbo tool " + call.name()).unstarted(() -> {
            if (mdc != null) {
                MDC.setContextMap(mdc);
            }
            words.add(new Word(call.id(), "", outcome(call, ready, run(call, key))));
        });
        running.put(call.id(), new Running(call, thread, timeout, System.nanoTime() + timeout.toNanos()));
        thread.start();
    }

    private AnyTool.Run run(ToolCall call, String key) {
        return new AnyTool.Run() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public void progress(String text) {
                words.add(new Word(call.id(), text, null));
            }
        };
    }

    private static Message.ToolResult outcome(ToolCall call, AnyTool.Ready ready, AnyTool.Run run) {
        try {
            return new Message.ToolResult(call.id(), call.name(), parts(ready.run(run)), false);
        } catch (InterruptedException e) {
            return ToolCalls.failed(call, "It was interrupted.");
        } catch (Throwable e) { // whatever it is, the model is told, and the program goes on
            LOG.warn("Tool '{}' failed.", call.name(), e);
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return ToolCalls.failed(call, "It failed: " + why);
        }
    }

    private static List<Part> parts(@Nullable Object value) {
        if (value instanceof Part part) {
            return List.of(part);
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(Part.class::isInstance)) {
            return list.stream().map(Part.class::cast).toList();
        }
        String text;
        try {
            text = value == null ? "Done." : value instanceof String given ? given : Json.write(value);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("JSON cannot hold what it returned: " + e.getOriginalMessage(), e);
        }
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "It returned " + text.length() + " characters, and " + LONGEST + " are the most; ask it for less.");
        }
        return List.of(Part.of(text));
    }

    /**
     * Waits for all calls, each no longer than it may take.
     *
     * @param results is given what came of each, in the order in which it came
     * @return whether the answer was stopped meanwhile
     */
    boolean finish(Consumer<Body.Called> results) {
        boolean interrupted = false;
        boolean stopped;
        stage.interrupts().enterGeneration();
        try {
            while (!running.isEmpty()) {
                long wait = running.values().stream()
                        .mapToLong(run -> run.deadline() - System.nanoTime())
                        .min()
                        .orElse(0);
                Word word = words.poll(wait, TimeUnit.NANOSECONDS);
                if (word == null) {
                    overdue().forEach(run -> results.accept(new Body.Called(timedOut(run), false)));
                } else {
                    heed(word, results);
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            stopped = stage.interrupts().leaveGeneration();
            running.values().forEach(run -> run.thread().interrupt());
        }
        if (interrupted && !stopped) {
            stage.interrupts().close(); // nobody interrupts a program's thread but to end it
        }
        stage.interrupts().check();
        if (!stopped) {
            return false;
        }
        running.values().forEach(run -> results.accept(new Body.Called(ToolCalls.failed(run.call(), STOPPED), true)));
        return !running.isEmpty();
    }

    private void heed(Word word, Consumer<Body.Called> results) {
        Running run = running.get(word.call());
        if (run == null) {
            return; // it comes after its time was over
        }
        if (word.result() == null) {
            Event.Place place = stage.place(stage.tape().last(), 0);
            stage.show(new Event.Tool(place, run.call(), Event.Tool.State.PROGRESS, word.progress()));
        } else {
            running.remove(word.call());
            results.accept(new Body.Called(word.result(), false));
        }
    }

    private List<Running> overdue() {
        List<Running> overdue = running.values().stream()
                .filter(run -> run.deadline() - System.nanoTime() <= 0)
                .toList();
        overdue.forEach(run -> {
            run.thread().interrupt();
            running.remove(run.call().id());
        });
        return overdue;
    }

    private static Message.ToolResult timedOut(Running run) {
        return ToolCalls.failed(
                run.call(),
                "It did not answer within " + run.timeout().toMillis() + " ms. Nobody knows whether it took effect.");
    }
}
