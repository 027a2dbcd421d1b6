package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.ToolSpec;
import dev.turbochat.testkit.ModelWire.Capability;
import dev.turbochat.testkit.ModelWire.Failure;
import dev.turbochat.testkit.ModelWire.Place;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every model of a vendor must do, against a local server that speaks the vendor's format: subclass it with a
 * {@link ModelWire}, and its tests are yours.
 *
 * <p>What a vendor is declared to support is tested; what it is not, is skipped. Bring JUnit 5 and AssertJ.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ModelContract extends ModelStreams {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final String IMAGE_URL = "https://example.org/a.png";

    private static final JsonNode SCHEMA = MAPPER.readTree("{\"type\":\"object\",\"properties\":{\"place\":"
            + "{\"type\":\"string\"}},\"required\":[\"place\"],\"additionalProperties\":false}");
    private static final ToolSpec LOOKUP = new ToolSpec("lookup", "Looks a place up.", SCHEMA);

    // What is sent

    private JsonNode sent(Prompt prompt) throws InterruptedException {
        server().document(200, wire().document(plain()));
        hear(prompt);
        return MAPPER.readTree(server().lastRequest().body());
    }

    private JsonNode sent(UnaryOperator<Settings> settings) throws InterruptedException {
        return sent(HELLO.settings(settings.apply(Settings.none())));
    }

    private JsonNode at(JsonNode request, Place place) {
        String pointer = wire().places().get(place);
        assertThat(pointer).as("the place of %s", place).isNotNull();
        JsonNode found = request.at(pointer);
        assertThat(found.isMissingNode())
                .as("%s is not at %s of %s", place, pointer, request)
                .isFalse();
        return found;
    }

    private String text(JsonNode request, Place place) {
        return at(request, place).asString();
    }

    @Test
    public final void messages_arrive_with_the_settings() throws Exception {
        JsonNode request = sent(new Prompt(
                List.of(new Message.System("Be k\u00EFnd."), new Message.User("Hi \uD83D\uDE00, \uD83D half")),
                Settings.none().temperature(0.5).maxTokens(77).stop("END")));
        assertThat(text(request, Place.SYSTEM)).isEqualTo("Be k\u00EFnd.");
        assertThat(text(request, Place.USER)).isEqualTo("Hi \uD83D\uDE00, \uFFFD half");
        assertThat(at(request, Place.TEMPERATURE).asDouble()).isEqualTo(0.5);
        assertThat(at(request, Place.MAX_TOKENS).asInt()).isEqualTo(77);
        assertThat(text(request, Place.STOP)).isEqualTo("END");
    }

    @Test
    public final void a_seed_arrives() throws Exception {
        assumes(Capability.SEED);
        assertThat(at(sent(s -> s.seed(7)), Place.SEED).asLong()).isEqualTo(7);
    }

    @Test
    public final void a_penalty_arrives() throws Exception {
        assumes(Capability.PENALTIES);
        assertThat(at(sent(s -> s.presencePenalty(1.5)), Place.PENALTY).asDouble())
                .isEqualTo(1.5);
    }

    @Test
    public final void an_extra_field_arrives_and_so_does_another_model() throws Exception {
        JsonNode request = sent(s -> s.extra("zz_extra", Map.of("a", List.of(1, "b"))));
        assertThat(request.path("zz_extra")).isEqualTo(MAPPER.readTree("{\"a\":[1,\"b\"]}"));
        sent(s -> s.model("another-model"));
        assertThat(server().lastRequest().line() + server().lastRequest().body())
                .contains("another-model");
    }

    @Test
    public final void the_key_goes_in_its_header_and_nowhere_else() throws Exception {
        sent(HELLO);
        WireServer.Request request = server().lastRequest();
        assertThat(request.headers().get(wire().keyHeader())).endsWith(KEY);
        assertThat(request.line()).doesNotContain("zqxjkv");
        assertThat(request.body()).doesNotContain("zqxjkv");
        request.headers().forEach((name, value) -> {
            if (!name.equals(wire().keyHeader())) {
                assertThat(value).doesNotContain("zqxjkv");
            }
        });
    }

    // Tools

    private Prompt afterCalls(Message.Assistant answer) {
        return new Prompt(
                List.of(
                        new Message.User("Weather?"),
                        answer,
                        new Message.ToolResult(answer.calls().getFirst(), "sn\u00F6w"),
                        new Message.ToolResult("call_2", "lookup", List.of(Part.of("no such place")), true),
                        new Message.User("So?")),
                Settings.none(),
                List.of(LOOKUP),
                null);
    }

    @Test
    public final void tools_arrive_and_calls_come() throws Exception {
        assumes(Capability.TOOLS);
        server().chunks(bytes(stream(completion(full()))));
        Heard heard = hear(HELLO.tools(List.of(LOOKUP)));
        assertThat(heard.message().calls()).isEqualTo(full().calls());
        assertThat(heard.calls()).isEqualTo(full().calls());
        assertThat(heard.message().finish()).isEqualTo(Message.Finish.TOOL_CALLS);
        JsonNode request = MAPPER.readTree(server().lastRequest().body());
        assertThat(text(request, Place.TOOL_NAME)).isEqualTo("lookup");
        assertThat(at(request, Place.TOOL_SCHEMA)).isEqualTo(SCHEMA);
    }

    @Test
    public final void an_answer_of_calls_alone_is_one() throws Exception {
        assumes(Capability.TOOLS);
        for (String arguments : List.of("{}", "{\"place\":\"here\"}")) {
            Message.Assistant calls = new Message.Assistant(
                    List.of(), Message.Finish.TOOL_CALLS, List.of(new ToolCall("call_1", "lookup", arguments)));
            server().chunks(bytes(stream(completion(calls))));
            Message.Assistant came = hear(HELLO).message();
            assertThat(came.parts()).isEmpty();
            assertThat(came.finish()).isEqualTo(Message.Finish.TOOL_CALLS);
            assertThat(came.calls()).hasSize(1);
            String text = came.calls().getFirst().arguments();
            assertThat(text.isEmpty() ? "{}" : text).isEqualTo(arguments);
        }
    }

    @Test
    public final void calls_and_their_results_go_back() throws Exception {
        assumes(Capability.TOOLS);
        JsonNode request = sent(afterCalls(full()));
        assertThat(text(request, Place.CALL_ID)).isEqualTo("call_1");
        assertThat(text(request, Place.CALL_NAME)).isEqualTo("lookup");
        JsonNode arguments = at(request, Place.CALL_ARGUMENTS);
        assertThat(arguments.isString() ? MAPPER.readTree(arguments.asString()) : arguments)
                .isEqualTo(MAPPER.readTree(full().calls().getFirst().arguments()));
        assertThat(text(request, Place.RESULT_ID)).isEqualTo("call_1");
        assertThat(text(request, Place.RESULT_TEXT)).isEqualTo("sn\u00F6w");
        assertThat(request.toString()).contains("no such place");
        if (can(Capability.SIGNED_CALLS)) {
            assertThat(text(request, Place.CALL_SIGNATURE)).isEqualTo("Y2FsbA==");
        }
    }

    @Test
    public final void a_call_with_arguments_that_are_no_json_goes_back_as_something_that_is() throws Exception {
        assumes(Capability.TOOLS);
        Message.Assistant broken = new Message.Assistant(
                List.of(),
                Message.Finish.TOOL_CALLS,
                List.of(new ToolCall("call_1", "lookup", "{\"pla"), new ToolCall("call_2", "lookup", "")));
        JsonNode request = sent(afterCalls(broken));
        assertThat(text(request, Place.RESULT_ID)).isEqualTo("call_1");
        assertThat(request.toString()).contains("pla");
    }

    @Test
    public final void a_tool_is_chosen() throws Exception {
        assumes(Capability.TOOL_CHOICE);
        Prompt prompt = HELLO.tools(List.of(LOOKUP));
        assertThat(text(sent(prompt.settings(Settings.none().toolChoice("lookup"))), Place.CHOSEN_TOOL))
                .isEqualTo("lookup");
        String none = sent(prompt).toString();
        for (String choice : List.of("auto", "none", "required")) {
            String request =
                    sent(prompt.settings(Settings.none().toolChoice(choice))).toString();
            assertThat(request).as(choice).isNotEqualTo(none);
        }
    }

    @Test
    public final void calls_come_one_at_a_time_if_that_is_wanted() throws Exception {
        assumes(Capability.SINGLE_CALLS);
        JsonNode request =
                sent(HELLO.tools(List.of(LOOKUP)).settings(Settings.none().parallelToolCalls(false)));
        assertThat(at(request, Place.SINGLE_CALLS).isBoolean()).isTrue();
    }

    // Thoughts

    @Test
    public final void thoughts_are_heard_and_are_no_part_of_the_answer() throws Exception {
        assumes(Capability.THOUGHTS);
        server().chunks(bytes(wire().stream(completion(full()), 4)));
        Heard heard = hear(HELLO);
        assertThat(heard.thought()).isEqualTo("Two pl\u00E4ces \uD83D\uDE00.");
        assertThat(heard.told()).isEqualTo(full().text()).doesNotContain("Two");
    }

    @Test
    public final void signed_thoughts_go_back_to_who_signed_them_and_to_nobody_else() throws Exception {
        if (can(Capability.SIGNED_THOUGHTS)) {
            JsonNode request = sent(afterCalls(full()));
            assertThat(text(request, Place.THOUGHT_SIGNATURE)).isEqualTo("dGhvdWdodA==");
            assertThat(request.toString()).contains("Two pl\u00E4ces");
        }
        Message.Assistant others = new Message.Assistant(
                List.of(new Part.Reasoning("Foreign thought", "other:Zm9yZWlnbg=="), Part.of("Hi.")),
                Message.Finish.TOOL_CALLS,
                List.of(new ToolCall("call_1", "lookup", "{}", "other:Zm9yZWlnbg==")));
        assertThat(sent(afterCalls(others)).toString()).doesNotContain("Foreign thought", "Zm9yZWlnbg");
    }

    @Test
    public final void an_effort_of_thinking_arrives() throws Exception {
        assumes(Capability.EFFORT);
        assertThat(text(sent(s -> s.reasoningEffort("low")), Place.EFFORT)).isEqualTo("low");
    }

    // Images, schemas, the cache, candidates

    @Test
    public final void images_arrive() throws Exception {
        Prompt prompt = Prompt.of(new Message.User(
                List.of(
                        Part.of("What is it?"),
                        Part.Image.of(new byte[] {0, -1, 127}, "image/png"),
                        new Part.Image(URI.create(IMAGE_URL))),
                null));
        assumes(Capability.IMAGE_BYTES);
        JsonNode request = sent(prompt);
        assertThat(text(request, Place.IMAGE_BYTES)).endsWith("AP9/");
        assertThat(request.toString()).contains("image/png");
        assumes(Capability.IMAGE_URLS);
        assertThat(text(request, Place.IMAGE_URL)).isEqualTo(IMAGE_URL);
    }

    @Test
    public final void a_schema_arrives_and_the_answer_is_its_json() throws Exception {
        assumes(Capability.SCHEMA);
        Message.Assistant answer = new Message.Assistant("{\"place\": \"here\"}");
        server().chunks(bytes(wire().stream(completion(answer), 4)));
        Heard heard = hear(HELLO.schema(new ResponseSchema("place", SCHEMA, true)));
        assertThat(heard.message()).isEqualTo(answer);
        JsonNode request = MAPPER.readTree(server().lastRequest().body());
        assertThat(at(request, Place.SCHEMA)).isEqualTo(SCHEMA);
    }

    @Test
    public final void the_prompt_cache_is_marked_if_that_is_wanted() throws Exception {
        assumes(Capability.PROMPT_CACHE);
        Prompt prompt = Prompt.of(new Message.System("Long."), new Message.User("Hi."));
        JsonNode request = sent(prompt.settings(Settings.none().promptCache(Duration.ofHours(24))));
        assertThat(at(request, Place.CACHE_MARK).isNull()).isFalse();
        String pointer = wire().places().get(Place.CACHE_MARK);
        assertThat(sent(prompt).at(pointer).isMissingNode()).isTrue();
    }

    @Test
    public final void several_candidates_come_and_the_listener_hears_none() throws Exception {
        assumes(Capability.CANDIDATES);
        server().document(200, wire().document(completion(new Message.Assistant("one"), new Message.Assistant("two"))));
        Heard heard = hear(HELLO.settings(Settings.none().with(Setting.N, 2)));
        assertThat(heard.completion().candidates()).hasSize(2);
        assertThat(heard.pieces()).isEmpty();
    }

    // Refusals

    @Test
    public final void every_refusal_has_its_name_and_is_not_sent_again() {
        List<Failure> failures = wire().failures();
        assertThat(failures.stream().map(Failure::failure))
                .contains("AuthenticationFailed", "BadRequest", "RateLimited", "Unavailable", "ContextTooLong");
        for (Failure failure : failures) {
            int before = server().requests().size();
            server().document(failure.status(), failure.body());
            ModelException thrown = failure(HELLO);
            assertThat(thrown.getClass().getSimpleName()).as(failure.body()).isEqualTo(failure.failure());
            assertThat(thrown.model()).isEqualTo(model().name());
            assertThat(server().requests()).hasSize(before + 1);
        }
    }

    @Test
    public final void a_rate_limit_says_how_long_to_wait() {
        server().document(429, "{\"error\":{\"message\":\"Slow down\"}}", "Retry-After: 7");
        assertThat(failure(HELLO))
                .isInstanceOfSatisfying(
                        ModelException.RateLimited.class,
                        limited -> assertThat(limited.retryAfter()).contains(Duration.ofSeconds(7)));
    }

    @Test
    public final void a_key_that_a_server_echoes_is_not_told() {
        for (int status : new int[] {400, 401, 403, 413, 429, 500, 200}) {
            server().document(
                            status, "{\"error\":{\"message\":\"Key " + KEY + " is wrong\",\"type\":\"" + KEY + "\"}}");
            StackTraces.of(failure(HELLO)).forEach(text -> assertThat(text).doesNotContain("zqxjkv"));
        }
    }
}
