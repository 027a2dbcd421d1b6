package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import dev.turbochat.tool.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes of it when a model wants tools called: live, in replay, after a crash, and when something is wrong. */
@Timeout(60)
class ToolsTest extends HostFixture {
    record City(String city) {}

    private final AtomicInteger calls = new AtomicInteger();
    private final Tool weather = Tool.of(
            "weather", "Tells the weather", City.class, c -> "Rain in " + c.city() + " no. " + calls.incrementAndGet());

    private static ToolCall call(String id, String tool, String arguments) {
        return new ToolCall(id, tool, arguments);
    }

    private void modelCalls(ToolCall... wanted) {
        model.then((prompt, listener) -> new Completion(
                List.of(new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, Arrays.asList(wanted))),
                Usage.NONE,
                "fake"));
    }

    private static Routine with(Tool... tools) {
        return chat -> {
            while (true) {
                chat.hear();
                chat.generate(g -> g.tools(tools));
            }
        };
    }

    private Host host(Tool... tools) {
        return host(with(tools));
    }

    private static List<String> results(Prompt prompt) {
        return prompt.messages().stream()
                .filter(Message.ToolResult.class::isInstance)
                .map(message -> ((Message.ToolResult) message).callId() + ": " + message.text())
                .toList();
    }

    private Prompt lastPrompt() {
        return model.prompts.getLast();
    }

    @Test
    void a_tool_is_called_and_the_model_goes_on_with_its_result() throws Exception {
        modelCalls(call("c1", "weather", "{\"city\":\"Bern\"}"));
        model.then("It rains.");
        Host host = host(weather);
        host.deliver("s", "p", text("How is it in Bern?"));
        assertThat(told(host, "s"))
                .containsExactly(
                        "ask ",
                        "heard How is it in Bern?",
                        "tool weather CALLING ",
                        "tool weather DONE Rain in Bern no. 1",
                        "said It rains.",
                        "ask ");
        assertThat(model.prompts.getFirst().tools()).containsExactly(weather.spec());
        assertThat(lastPrompt().messages()).hasSize(3);
        assertThat(results(lastPrompt())).containsExactly("c1: Rain in Bern no. 1");
        model.then("Still.");
        host.deliver("s", "p", text("And now?"));
        await().until(() -> generated("s").size() == 3);
        assertThat(calls).hasValue(1);
    }

    @Test
    void calls_of_one_answer_are_made_at_once_and_recorded_as_they_come() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        CountDownLatch second = new CountDownLatch(1);
        Tool slow = Tool.of("slow", "Waits", City.class, c -> {
            both.await();
            second.await();
            return "slow";
        });
        Tool quick = Tool.of("quick", "Waits not", City.class, c -> {
            both.await();
            return "quick";
        });
        modelCalls(call("a", "slow", "{\"city\":\"x\"}"), call("b", "quick", "{\"city\":\"x\"}"));
        model.then("Done.");
        Host host = host(slow, quick);
        host.deliver("s", "p", text("go"));
        await().until(() -> bodies("s", Body.Called.class).count() == 1);
        second.countDown();
        await().until(() -> generated("s").size() == 2);
        assertThat(bodies("s", Body.Called.class).map(called -> called.result().callId()))
                .containsExactly("b", "a");
        assertThat(results(lastPrompt())).as("in the order of the calls").containsExactly("a: slow", "b: quick");
    }

    @Test
    void calls_are_made_one_by_one_where_that_is_wanted() throws Exception {
        List<String> made = new ArrayList<>();
        Tool tool = Tool.of("t", "Notes", City.class, c -> {
            made.add(c.city());
            return bodies("s", Body.Called.class).count();
        });
        modelCalls(
                call("a", "t", "{\"city\":\"1\"}"),
                call("b", "t", "{\"city\":\"2\"}"),
                call("c", "t", "{\"city\":\"3\"}"));
        model.then("Done.");
        Host host = host(chat -> {
            chat.hear();
            chat.generate(g -> g.tools(tool).with(Setting.PARALLEL_TOOL_CALLS, false));
        });
        host.deliver("s", "p", text("go"));
        await().until(() -> generated("s").size() == 2);
        assertThat(made).containsExactly("1", "2", "3");
        assertThat(results(lastPrompt())).containsExactly("a: 0", "b: 1", "c: 2");
    }

    @Test
    void what_is_wrong_with_a_call_is_told_to_the_model() throws Exception {
        Tool failing = Tool.of("failing", "Fails", City.class, c -> {
            throw new IllegalStateException("no " + c.city());
        });
        modelCalls(
                call("1", "wether", "{\"city\":\"Bern\"}"),
                call("2", "weather", "{\"town\":\"Bern\"}"),
                call("3", "weather", "{}"),
                call("4", "weather", "not JSON"),
                call("5", "weather", "[1]"),
                call("6", "failing", "{\"city\":\"Bern\"}"),
                call("6", "weather", "{\"city\":\"Ulm\"}"));
        model.then("I see.");
        Host host = host(weather, failing);
        host.deliver("s", "p", text("go"));
        await().until(() -> generated("s").size() == 2);
        List<String> told = results(lastPrompt());
        assertThat(told.get(0)).isEqualTo("1: There is no tool 'wether'; there are 'weather', 'failing'.");
        assertThat(told.get(1)).isEqualTo("2: 'city' is missing; it is required.");
        assertThat(told.get(2)).isEqualTo("3: 'city' is missing; it is required.");
        assertThat(told.get(3)).startsWith("4: The arguments are not JSON: ");
        assertThat(told.get(4)).isEqualTo("5: The arguments are no JSON object; give them by name.");
        assertThat(told.get(5)).isEqualTo("6: It failed: no Bern");
        assertThat(told.get(6)).isEqualTo("6-2: Rain in Ulm no. 1");
        assertThat(bodies("s", Body.Called.class)
                        .filter(called -> called.result().failed()))
                .hasSize(6);
    }

    @Test
    void a_tool_that_takes_too_long_is_left() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Tool slow = Tool.of("slow", "Waits", City.class, c -> {
                    try {
                        Thread.sleep(Duration.ofMinutes(1));
                    } finally {
                        interrupted.countDown();
                    }
                    return "never";
                })
                .timeout(Duration.ofMillis(30));
        modelCalls(call("1", "slow", "{\"city\":\"x\"}"));
        model.then("Too bad.");
        Host host = host(slow);
        host.deliver("s", "p", text("go"));
        await().until(() -> generated("s").size() == 2);
        interrupted.await();
        assertThat(results(lastPrompt()))
                .containsExactly("1: It did not answer within 30 ms. Nobody knows whether it took effect.");
    }

    @Test
    void rounds_have_a_bound_and_the_last_is_without_tools() throws Exception {
        for (int i = 0; i < 2; i++) {
            modelCalls(call("c" + i, "weather", "{\"city\":\"Bern\"}"));
        }
        model.then("Enough.");
        Host host = host(chat -> {
            chat.hear();
            chat.generate(g -> g.tools(weather).rounds(2));
        });
        host.deliver("s", "p", text("go"));
        await().until(() -> generated("s").size() == 3);
        assertThat(lastPrompt().settings().get(Setting.TOOL_CHOICE)).contains("none");
        assertThat(calls).hasValue(2);

        for (int i = 0; i < 3; i++) {
            modelCalls(call("d" + i, "weather", "{\"city\":\"Bern\"}"));
        }
        host.deliver("t", "p", text("go"));
        await().until(() -> bodies("t", Body.RunEnded.class).count() == 1);
        assertThat(bodies("t", Body.RunEnded.class).findFirst().orElseThrow().code())
                .isEqualTo(new ProgramException.ToolRoundsExceeded("t", 2).code());
    }

    @Test
    void a_human_is_asked_also_over_a_restart() throws Exception {
        Tool refund = Tool.of("refund", "Refunds", City.class, c -> "Refunded " + calls.incrementAndGet())
                .needsApproval();
        modelCalls(call("1", "refund", "{\"city\":\"Bern\"}"), call("2", "refund", "{\"city\":\"Ulm\"}"));
        model.then("Settled.");
        Host host = host(with(refund), o -> o.idle(Duration.ZERO));
        host.deliver("s", "p", text("Money back!"));
        await().until(() -> host.awake().isEmpty() && model.prompts.size() == 1);
        assertThat(told(host, "s"))
                .last()
                .isEqualTo("ask The model wants to call 'refund' with {\"city\":\"Bern\"}. Allow it?");
        host.deliver("s", "p", text("perhaps"));
        await().until(() ->
                bodies("s", Body.Refused.class).count() == 1 && host.awake().isEmpty());
        host.deliver("s", "p", text("yes"));
        await().until(() ->
                bodies("s", Body.Approved.class).count() == 1 && host.awake().isEmpty());
        assertThat(calls).as("nothing is called before all are allowed, or not").hasValue(0);
        host.deliver("s", "p", text("no"));
        await().until(() -> generated("s").size() == 2 && host.awake().isEmpty());
        assertThat(calls).hasValue(1);
        assertThat(results(lastPrompt())).containsExactly("1: Refunded 1", "2: The user declined this call.");
        assertThat(bodies("s", Body.Approved.class).map(Body.Approved::granted)).containsExactly(true, false);
    }

    /** Cannot store what came of the call that is under way, as a process that is killed cannot. */
    private AtomicBoolean crashBeforeResult() {
        AtomicBoolean crashes = new AtomicBoolean(true);
        Memory kept = memory;
        memory = new ForwardingMemory(kept) {
            @Override
            public Appended append(Append append) {
                if (append.entries().getLast().body() instanceof Body.Called && crashes.get()) {
                    throw new BackendException("It is gone.", null);
                }
                return super.append(append);
            }
        };
        return crashes;
    }

    @Test
    void of_a_call_that_a_crash_cut_off_nobody_knows_the_outcome() throws Exception {
        AtomicBoolean crashes = crashBeforeResult();
        modelCalls(call("1", "weather", "{\"city\":\"Bern\"}"));
        model.then("I cannot tell.");
        Host host = host(weather);
        host.deliver("s", "p", text("go"));
        await().until(() -> host.parked().containsKey("s"));
        crashes.set(false);
        host.deliver("s", "p", text("and?"));
        await().until(() -> generated("s").size() >= 2);
        assertThat(calls).as("never twice").hasValue(1);
        assertThat(results(model.prompts.get(1))).containsExactly("1: " + ToolCalls.UNKNOWN);
    }

    @Test
    void an_idempotent_tool_is_called_again_with_the_same_key() throws Exception {
        AtomicBoolean crashes = crashBeforeResult();
        List<String> keys = new ArrayList<>();
        Tool tool = Tool.withRun("t", "Does it", City.class, (c, run) -> {
                    keys.add(run.key());
                    return "done";
                })
                .idempotent();
        modelCalls(call("1", "t", "{\"city\":\"Bern\"}"));
        model.then("Fine.");
        Host host = host(tool);
        host.deliver("s", "p", text("go"));
        await().until(() -> host.parked().containsKey("s"));
        crashes.set(false);
        host.deliver("s", "p", text("and?"));
        await().until(() -> generated("s").size() >= 2);
        assertThat(keys).hasSize(2).allMatch(key -> key.equals(keys.getFirst()));
        assertThat(results(model.prompts.get(1))).containsExactly("1: done");
    }

    @Test
    void a_stopped_answer_leaves_no_call_without_a_result() throws Exception {
        Tool slow = Tool.withRun("slow", "Waits", City.class, (c, run) -> {
            run.progress("half way");
            Thread.sleep(Duration.ofMinutes(1));
            return "never";
        });
        modelCalls(call("1", "slow", "{\"city\":\"x\"}"));
        model.then("As you like.");
        Host host = host(slow);
        try (Events events = host.events("s", null)) {
            host.deliver("s", "p", text("go"));
            List<String> told = new ArrayList<>();
            while (!told.contains("tool slow PROGRESS half way")) {
                told.add(word(events.next(Duration.ofSeconds(20)).orElseThrow()));
            }
            assertThat(host.stop("s")).isTrue();
            told.addAll(told(events));
            assertThat(told)
                    .containsExactly(
                            "ask ",
                            "heard go",
                            "tool slow CALLING ",
                            "tool slow PROGRESS half way",
                            "tool slow FAILED The user stopped the answer. Nobody knows whether this call took effect.",
                            "ask ");
        }
        host.deliver("s", "p", text("then do without"));
        await().until(() -> generated("s").size() == 2);
        assertThat(results(lastPrompt())).hasSize(1);
    }

    @Test
    void what_was_recorded_is_replayed_whatever_has_become_of_the_tools() throws Exception {
        modelCalls(call("1", "weather", "{\"city\":\"Bern\"}"));
        model.then("It rains.").then("Still.");
        Host first = host(with(weather), o -> o.idle(Duration.ZERO));
        first.deliver("s", "p", text("go"));
        await().until(() -> generated("s").size() == 2 && first.awake().isEmpty());
        first.close();
        Host second = host(with(Tool.of("other", "Other", City.class, c -> "x")), o -> o.idle(Duration.ZERO));
        second.deliver("s", "p", text("again"));
        await().until(() -> generated("s").size() == 3);
        assertThat(calls).hasValue(1);
        assertThat(results(lastPrompt())).containsExactly("1: Rain in Bern no. 1");
    }

    @Test
    void two_tools_of_one_name_are_refused() {
        assertThatThrownBy(() -> dev.turbochat.step.Generate.withDefaults().tools(weather, weather))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Two tools have the name 'weather'; give one another.");
    }
}
