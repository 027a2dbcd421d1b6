package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Input;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Type;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks the user, and again until the answer fits.
 *
 * <p>An accepted answer is stored before the program sees it. A refused one is an entry as well: it was heard, and what
 * was said about it is not said again when the run is replayed.
 */
final class Asking {
    private static final String HIDDEN = "***";

    /** How often a front end may repeat what it has given before. */
    private static final int REPEATS = 1_000;

    private final Stage stage;
    private boolean heard;

    Asking(Stage stage) {
        this.stage = stage;
    }

    /** Whether a question that anything may answer was answered. */
    boolean hasHeard() {
        return heard;
    }

    /** An answer as it is, which holds something. */
    Input input(String branch, String prompt) {
        Entry entry = stage.tape().takeAnswer(branch, prompt, false);
        heard = true; // or this is never left
        if (entry != null && entry.body() instanceof Body.Answered answered) {
            return answered.input();
        }
        return Objects.requireNonNull(live(branch, Question.untyped(stage.session(), prompt), Entry.NO_REF));
    }

    /** An answer as it is, if it comes in time: the timer is set before the question is put. */
    Optional<Input> input(String branch, String prompt, Duration time) {
        Instant given = Instant.now().plus(time);
        Entry set = stage.tape().take(branch, new Body.TimerSet(Body.TimerSet.INPUT, given));
        if (set != null) {
            if (stage.tape().takeIf(Body.TimerDone.class) != null) {
                return Optional.empty();
            }
            Entry entry = stage.tape().takeAnswer(branch, prompt, false);
            if (entry != null && entry.body() instanceof Body.Answered answered) {
                heard = true;
                return Optional.of(answered.input());
            }
        }
        if (set == null) {
            set = stage.tape().add(branch, new Body.TimerSet(Body.TimerSet.INPUT, given));
        }
        Instant due = set.body() instanceof Body.TimerSet timer ? timer.due() : given;
        Input input = live(branch, Question.untyped(stage.session(), prompt).until(due), set.seq());
        heard |= input != null;
        if (input == null) {
            stage.tape().add(branch, set.seq(), 1, new Body.TimerDone());
            stage.tape().flush();
        }
        return Optional.ofNullable(input);
    }

    /** Asks until the answer holds something; null if the question's time is over. */
    private @Nullable Input live(String branch, Question question, long ref) {
        int times = 1;
        while (true) {
            Question put = times == 1 ? question : question.asAgain();
            Input input = hear(put, stage.place(stage.tape().next(), times));
            if (input == null) {
                return null;
            }
            if (!input.isEmpty()) {
                if (store(branch, ref, times, new Body.Answered(question.prompt(), input, null), input)) {
                    return input;
                }
            } else if (times == stage.options().answers()) {
                throw new SessionException.EmptyInput(stage.session());
            } else {
                Event.Place place = stage.place(stage.tape().next(), times).at(2);
                stage.show(new Event.Notice(place, stage.options().sentences().empty()));
                times++;
            }
        }
    }

    /**
     * Stores what was heard before anybody acts on it.
     *
     * @return whether it is stored; if not, another answer came before it and is to be heard first
     */
    private boolean store(String branch, long ref, int times, Body body, Input input) {
        Desk desk = stage.desk();
        boolean secret = body instanceof Body.SecretGiven; // it must not wait, or it would in clear
        List<String> waiting = desk == null || secret ? null : desk.waiting(input);
        Entry entry = stage.tape().add(branch, ref, times, body, input.id());
        if (waiting == null) {
            stage.tape().flush();
        } else if (!stage.tape().flushUnlessOthersWait(waiting)) {
            Objects.requireNonNull(desk).overtaken(input);
            return false;
        }
        stage.show(new Event.Heard(stage.place(entry.seq(), times).at(1), input));
        return true;
    }

    /** A secret: always asked for anew, since nothing remembers it. */
    String secret(String branch, String prompt) {
        Event.Place place = stage.place();
        boolean known = stage.tape().take(branch, new Body.SecretGiven(prompt, null)) != null;
        if (known) { // it is asked out of turn, and stands nowhere in the journal
            place = stage.place(stage.tape().last(), 0);
        }
        Question question = new Question(stage.session(), prompt, List.of(), false, true, known, null);
        while (true) {
            Input input = Objects.requireNonNull(hear(question, place));
            Input hidden = new Input(HIDDEN, List.of(), input.author(), input.id(), input.at());
            Desk desk = stage.desk();
            if (known && desk != null) {
                desk.taken(input); // or whoever has brought it would wait, and bring it again
            }
            if (known || store(branch, Entry.NO_REF, 1, new Body.SecretGiven(prompt, input.id()), hidden)) {
                return input.text();
            }
        }
    }

    /** An answer as a value of this type. */
    Object value(String branch, String prompt, Class<?> type) {
        if (type.isRecord()) {
            return record(branch, prompt, type);
        }
        return value(
                branch, prompt, Type.of(type), Answers.of(type, stage.options().sentences()));
    }

    /**
     * Whether a human allows a tool call.
     *
     * @param hash what the answer is bound to
     * @param refused how often the question was answered with neither yes nor no, as recorded
     */
    boolean approval(String branch, ToolCall call, String hash, int refused) {
        String prompt = stage.options().sentences().mayCall(call.name(), call.arguments());
        Answers answers = Answers.of(Boolean.class, stage.options().sentences());
        Question question = new Question(stage.session(), prompt, answers.choices(), true, false, false, null);
        return (Boolean) live(
                branch,
                question,
                answers,
                refused,
                (input, value) -> new Body.Approved(call.id(), call.name(), hash, prompt, input, (Boolean) value));
    }

    /** One of these texts. */
    String choice(String branch, String prompt, List<String> choices) {
        return (String) value(
                branch,
                prompt,
                Type.of(String.class),
                Answers.among(choices, stage.options().sentences()));
    }

    private Object value(String branch, String prompt, Type<?> type, Answers answers) {
        int refused = 0;
        while (refused < stage.options().answers() && stage.tape().takeRefused(branch, prompt) != null) {
            refused++;
        }
        if (refused == stage.options().answers()) {
            throw new ProgramException.AnswerRefused(prompt, refused);
        }
        Entry entry = stage.tape().takeAnswer(branch, prompt, true);
        if (entry != null && entry.body() instanceof Body.Answered answered) {
            return recorded(entry, answered.value(), type);
        }
        Question question = new Question(stage.session(), prompt, answers.choices(), true, false, false, null);
        return live(
                branch, question, answers, refused, (input, value) -> new Body.Answered(prompt, input, Json.of(value)));
    }

    /** Asks until the answer fits, which is then stored. */
    private Object live(
            String branch, Question question, Answers answers, int before, BiFunction<Input, Object, Body> stored) {
        String prompt = question.prompt();
        int refused = before;
        while (true) {
            int times = refused + 1;
            Input input = Objects.requireNonNull(hear(
                    refused == 0 ? question : question.asAgain(),
                    stage.place(stage.tape().next(), times)));
            Object value = answers.read().apply(input.text());
            if (value != null) {
                if (store(branch, Entry.NO_REF, times, stored.apply(input, value), input)) {
                    return value;
                }
                continue;
            }
            String sentence = answers.refusal().apply(input.text());
            Event.Place place = stage.place(stage.tape().next(), times).at(2);
            if (!store(branch, Entry.NO_REF, times, new Body.Refused(prompt, input, sentence), input)) {
                continue;
            }
            stage.show(new Event.Notice(place, sentence));
            if (++refused >= stage.options().answers()) {
                throw new ProgramException.AnswerRefused(prompt, refused);
            }
        }
    }

    private Object recorded(Entry entry, @Nullable JsonNode value, Type<?> type) {
        if (value == null) { // the question was an untyped one
            throw stage.tape().diverged(entry, type);
        }
        try {
            return Json.to(type, value);
        } catch (JacksonException e) {
            throw stage.tape().diverged(entry, type);
        }
    }

    /** A record, component by component; all of them again if the record itself does not take them. */
    private Object record(String branch, String prompt, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        checkAskable(type, new HashSet<>());
        if (!prompt.isBlank()) {
            stage.notice(branch, prompt);
        }
        for (int times = 1; ; times++) {
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                values[i] =
                        value(branch, Answers.prompt(components[i], components[i].getName()), components[i].getType());
            }
            String reason;
            try {
                return construct(type, components, values);
            } catch (IllegalArgumentException e) {
                reason = String.valueOf(e.getMessage());
            }
            stage.notice(branch, stage.options().sentences().notAccepted(reason));
            if (times == stage.options().answers()) {
                throw new ProgramException.AnswerRefused(prompt, times);
            }
        }
    }

    /** Refuses a type with a part that cannot be asked for, or that is a part of itself, before anything is asked. */
    private void checkAskable(Class<?> type, Set<Class<?>> around) {
        if (!type.isRecord()) {
            Answers.of(type, stage.options().sentences());
            return;
        }
        if (!around.add(type)) {
            throw Answers.unaskable(type);
        }
        Arrays.stream(type.getRecordComponents()).forEach(component -> checkAskable(component.getType(), around));
        around.remove(type);
    }

    /**
     * Has the front end answer, everything that was said before being stored. What the journal holds already is a repeat
     * of a front end that missed its acknowledgement: it is asked again.
     *
     * @return the answer; null if the question has a deadline, and it has come
     */
    private @Nullable Input hear(Question question, Event.Place place) {
        for (int repeats = 0; repeats <= REPEATS; repeats++) {
            stage.tape().flush();
            stage.show(new Event.Ask(place, question));
            Optional<Input> input = answer(question);
            boolean tooLong = input.isPresent() && input.get().bytes() > Input.LARGEST;
            if (tooLong) {
                stage.show(new Event.Notice(place, stage.options().sentences().tooLong(Input.LARGEST)));
            } else if (input.isEmpty() || isNew(question, input.get())) {
                return input.orElse(null);
            }
        }
        throw new SessionException.EmptyInput(stage.session());
    }

    /** A secret that is asked for again may well come under the id that it had. */
    private boolean isNew(Question question, Input input) {
        return (question.secret() && question.again()) || !stage.tape().holds(input.id());
    }

    private Optional<Input> answer(Question question) {
        Optional<Input> input = Optional.empty();
        boolean late = false;
        if (question.deadline() == null) {
            input = ask(question).input();
        } else {
            try (Interrupts.Alarm alarm = stage.interrupts().alarm(question.deadline())) {
                Heard heard = ask(question);
                input = heard.input();
                late = stage.desk() == null
                        ? alarm.rang() || !question.deadline().isAfter(Instant.now())
                        : alarm.rang() && heard.interrupted(); // else the desk has let the run sleep
            }
        }
        if (input.isEmpty() && !late) {
            stage.interrupts().close();
        }
        stage.interrupts().check();
        return input;
    }

    /** What came of asking: no answer, because of an interrupt or not, or one. */
    private record Heard(Optional<Input> input, boolean interrupted) {}

    private Heard ask(Question question) {
        try {
            return new Heard(stage.frontEnd().answer(question), false);
        } catch (InterruptedException e) {
            return new Heard(Optional.empty(), true);
        }
    }

    /**
     * @throws IllegalArgumentException if the record's constructor throws it
     */
    private static Object construct(Class<?> type, RecordComponent[] components, @Nullable Object[] values) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true); // a program's records may well be private to it
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw Sneaky.rethrow(e.getTargetException());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Every record has its canonical constructor.", e);
        }
    }
}
