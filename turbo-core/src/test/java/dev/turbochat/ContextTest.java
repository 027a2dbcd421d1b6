package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextTest {
    record Visitor(
            int id, String name, double height, BigDecimal credit, Instant since, Map<String, List<Long>> visits) {}

    private static final Visitor ADA = new Visitor(
            1,
            "Ada",
            1e10,
            new BigDecimal("1.10"),
            Instant.parse("2026-01-02T03:04:05.000000006Z"),
            Map.of("a", List.of(1L), "b", List.of(2L), "c", List.of()));

    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

    @TempDir
    private Path folder;

    private Memory memory = Memory.heap();

    @AfterEach
    void close() {
        memory.close();
    }

    private <R> R call(Program<R> program, Object... context) throws InterruptedException {
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            return runner.call(
                    "s", program, frontEnd, start -> context.length == 0 ? start : start.context(context[0]));
        }
    }

    private void sleep(Object... context) {
        assertThatThrownBy(() -> call(ContextTest::program, context))
                .isInstanceOf(SessionException.SessionAsleep.class);
    }

    private static Visitor program(Chat chat) {
        chat.context(Visitor.class);
        chat.hear();
        return chat.context(Visitor.class);
    }

    private void useMemory(String kind) {
        memory.close();
        memory = kind.equals("file") ? Memory.file(folder) : Memory.heap();
    }

    @Test
    void the_program_reads_a_copy_of_what_it_was_given() throws Exception {
        Visitor read = call(chat -> chat.context(Visitor.class), ADA);
        assertThat(read).isEqualTo(ADA).isNotSameAs(ADA);
    }

    @Test
    void reading_it_as_another_type_that_fits_is_fine() throws Exception {
        record Name(String name) {}
        assertThat(this.<Name>call(chat -> chat.context(Name.class), ADA)).isEqualTo(new Name("Ada"));
    }

    @Test
    void a_context_that_was_not_given_is_told_by_name() {
        assertThatThrownBy(() -> call(chat -> chat.context(Visitor.class)))
                .isInstanceOf(ProgramException.NoContext.class)
                .hasMessage("The program of session 's' asked for a context of type Visitor,"
                        + " and the run was started without one; start the run with one.");
    }

    @Test
    void a_context_of_another_type_is_told_by_name() {
        record Other(int name) {}
        assertThatThrownBy(() -> call(chat -> chat.context(Other.class), ADA))
                .isInstanceOf(ProgramException.NoContext.class)
                .hasMessageStartingWith("The program of session 's' asked for a context of type Other,"
                        + " and the run's does not fit it (Cannot deserialize value of type `int` from String \"Ada\"")
                .hasMessageEndingWith("; start the run with one.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "file"})
    void the_same_context_is_accepted_on_resume(String kind) throws Exception {
        useMemory(kind);
        sleep(ADA);
        frontEnd.answers.add(Input.text("hi"));
        assertThat(call(ContextTest::program, ADA)).isEqualTo(ADA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "file"})
    void a_context_that_is_left_out_on_resume_is_the_recorded_one(String kind) throws Exception {
        useMemory(kind);
        sleep(ADA);
        frontEnd.answers.add(Input.text("hi"));
        assertThat(call(ContextTest::program)).isEqualTo(ADA);
    }

    @Test
    void the_order_of_the_fields_does_not_matter() throws Exception {
        assertThat(Json.difference(Json.of(new First(1, 2)), Json.of(new Second(2, 1))))
                .isEmpty();
    }

    record First(int a, int b) {}

    record Second(int b, int a) {}

    @ParameterizedTest
    @ValueSource(strings = {"heap", "file"})
    void another_context_on_resume_is_refused_by_name_and_the_session_is_none_the_worse(String kind) throws Exception {
        useMemory(kind);
        sleep(ADA);
        int entries = memory.read("s").size();
        Visitor eve = new Visitor(1, "Eve", ADA.height(), ADA.credit(), ADA.since(), ADA.visits());
        assertThatThrownBy(() -> call(ContextTest::program, eve))
                .isInstanceOf(ProgramException.ContextDiffers.class)
                .hasMessage("Session 's' goes on with the context it was started with, and was given another:"
                        + " 'name' was \"Ada\" and is now \"Eve\"; leave it out, or start a new session.");
        assertThat(memory.read("s")).hasSize(entries);
        frontEnd.answers.add(Input.text("hi"));
        assertThat(call(ContextTest::program)).isEqualTo(ADA);
    }

    @Test
    void a_context_with_another_set_of_fields_is_refused_by_name() {
        record Name(String name) {}
        record Named(String name, String town) {}
        Program<String> program = chat -> chat.ask("?");
        assertThatThrownBy(() -> call(program, new Name("Ada"))).isInstanceOf(SessionException.SessionAsleep.class);
        assertThatThrownBy(() -> call(program, new Named("Ada", "Rome")))
                .isInstanceOf(ProgramException.ContextDiffers.class)
                .hasMessageContaining(": 'town' was absent and is now \"Rome\";");
        assertThatThrownBy(() -> call(program, Map.of()))
                .isInstanceOf(ProgramException.ContextDiffers.class)
                .hasMessageContaining(": 'name' was \"Ada\" and is now absent;");
        assertThatThrownBy(() -> call(program, "Ada"))
                .hasMessageContaining(": it was {\"name\":\"Ada\"} and is now \"Ada\";");
    }

    @Test
    void a_context_given_to_a_run_that_was_started_without_one_is_refused() {
        Program<String> program = chat -> chat.ask("?");
        assertThatThrownBy(() -> call(program)).isInstanceOf(SessionException.SessionAsleep.class);
        assertThatThrownBy(() -> call(program, "late"))
                .isInstanceOf(ProgramException.ContextDiffers.class)
                .hasMessageContaining(": it was null and is now \"late\";");
    }

    @Test
    void a_new_run_of_the_session_has_a_context_of_its_own() throws Exception {
        call(chat -> chat.context(Visitor.class), ADA);
        assertThat(this.<String>call(chat -> chat.context(String.class), "another"))
                .isEqualTo("another");
        assertThatThrownBy(() -> call(chat -> chat.context(String.class)))
                .isInstanceOf(ProgramException.NoContext.class);
    }

    @Test
    void a_context_for_new_runs_only_is_not_insisted_on() throws Exception {
        Program<String> program = chat -> chat.ask("?") + chat.context(String.class);
        assertThatThrownBy(() -> call(program, "first")).isInstanceOf(SessionException.SessionAsleep.class);
        frontEnd.answers.add(Input.text("hi "));
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThat(runner.<String>call("s", program, frontEnd, start -> start.contextIfNew("second")))
                    .isEqualTo("hi first");
        }
    }
}
