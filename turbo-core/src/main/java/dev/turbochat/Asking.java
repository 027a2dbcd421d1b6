package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Input;
import dev.turbochat.step.Type;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final Stage stage;

    Asking(Stage stage) {
        this.stage = stage;
    }

    /** An answer as it is, which holds something. */
    Input input(String branch, String prompt) {
        Entry entry = stage.tape().takeAnswer(branch, prompt, false);
        if (entry != null && entry.body() instanceof Body.Answered answered) {
            return answered.input();
        }
        Question question = new Question(stage.session(), prompt, List.of(), false, false);
        Input input = hear(question, stage.place());
        for (int times = 1; input.isEmpty(); times++) {
            if (times == stage.options().answers()) {
                throw new SessionException.EmptyInput(stage.session());
            }
            stage.show(
                    new Event.Notice(stage.place(), stage.options().sentences().empty()));
            input = hear(again(question), stage.place(stage.tape().next(), times + 1));
        }
        stage.tape().add(branch, new Body.Answered(prompt, input, null));
        stage.tape().flush();
        return input;
    }

    /** A secret: always asked for anew, since nothing remembers it. */
    String secret(String branch, String prompt) {
        Event.Place place = stage.place();
        boolean known = stage.tape().take(branch, new Body.SecretGiven(prompt, null)) != null;
        Input input = hear(new Question(stage.session(), prompt, List.of(), true, false), place);
        if (!known) {
            stage.tape().add(branch, new Body.SecretGiven(prompt, input.id()));
            stage.tape().flush();
        }
        return input.text();
    }

    /** An answer as a value of this type. */
    Object value(String branch, String prompt, Class<?> type) {
        if (type.isRecord()) {
            return record(branch, prompt, type);
        }
        return value(
                branch, prompt, Type.of(type), Answers.of(type, stage.options().sentences()));
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
        Question question = new Question(stage.session(), prompt, answers.choices(), false, false);
        while (true) {
            Input input = hear(
                    refused == 0 ? question : again(question),
                    stage.place(stage.tape().next(), refused + 1));
            Object value = answers.read().apply(input.text());
            if (value != null) {
                stage.tape().add(branch, new Body.Answered(prompt, input, Json.of(value)));
                stage.tape().flush();
                return value;
            }
            refuse(branch, prompt, input, answers.refusal().apply(input.text()));
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

    private void refuse(String branch, String prompt, Input input, String sentence) {
        Event.Place place = stage.place();
        stage.tape().add(branch, new Body.Refused(prompt, input, sentence));
        stage.show(new Event.Notice(place, sentence));
    }

    /** Has the front end answer, everything that was said before being stored. */
    private Input hear(Question question, Event.Place place) {
        stage.tape().flush();
        stage.show(new Event.Ask(place, question));
        Optional<Input> input;
        try {
            input = stage.frontEnd().answer(question);
        } catch (InterruptedException e) {
            input = Optional.empty();
        }
        if (input.isEmpty()) {
            stage.interrupts().close();
        }
        stage.interrupts().check();
        return input.orElseThrow();
    }

    private static Question again(Question question) {
        return new Question(question.session(), question.prompt(), question.choices(), question.secret(), true);
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
