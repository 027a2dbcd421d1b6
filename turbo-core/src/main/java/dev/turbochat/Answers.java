package dev.turbochat;

import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers to questions of one type.
 *
 * @param choices the answers that fit, where they can be listed
 * @param read makes a value of an answer, or returns null if it does not fit
 * @param refusal what is said to the user then
 */
record Answers(List<String> choices, Function<String, @Nullable Object> read, Function<String, String> refusal) {

    /**
     * How answers of this type are read.
     *
     * @throws IllegalArgumentException if it is not a type that can be asked for
     */
    static Answers of(Class<?> type, Sentences sentences) {
        if (type.isEnum()) {
            return ofEnum(type, sentences);
        }
        if (type == boolean.class || type == Boolean.class) {
            List<String> choices =
                    List.of(sentences.yes().getFirst(), sentences.no().getFirst());
            return new Answers(choices, text -> yesOrNo(text, sentences), sentences::notYesOrNo);
        }
        if (type == String.class) {
            return new Answers(List.of(), text -> text.isBlank() ? null : text, text -> sentences.empty());
        }
        if (type == LocalDate.class) {
            return new Answers(List.of(), orNull(LocalDate::parse), sentences::notADate);
        }
        if (type == int.class || type == Integer.class) {
            return new Answers(List.of(), orNull(Integer::valueOf), sentences::notAWholeNumber);
        }
        if (type == long.class || type == Long.class) {
            return new Answers(List.of(), orNull(Long::valueOf), sentences::notAWholeNumber);
        }
        if (type == double.class || type == Double.class) {
            return new Answers(List.of(), orNull(Answers::finite), sentences::notANumber);
        }
        if (type == BigDecimal.class) {
            return new Answers(List.of(), orNull(BigDecimal::new), sentences::notANumber);
        }
        throw unaskable(type);
    }

    static IllegalArgumentException unaskable(Class<?> type) {
        return new IllegalArgumentException("A question was asked for a " + type.getTypeName()
                + "; ask for a String, int, long, double, boolean, BigDecimal, LocalDate, enum, or a record of these.");
    }

    private static Answers ofEnum(Class<?> type, Sentences sentences) {
        List<Object> constants = Arrays.asList(type.getEnumConstants());
        List<String> labels = constants.stream().map(Answers::label).toList();
        List<String> names =
                constants.stream().map(constant -> ((Enum<?>) constant).name()).toList();
        return among(labels, names, constants, sentences);
    }

    /** Answers that are one of these texts. */
    static Answers among(List<String> choices, Sentences sentences) {
        return among(choices, choices, choices, sentences);
    }

    private static Answers among(List<String> labels, List<String> names, List<?> values, Sentences sentences) {
        return new Answers(
                labels,
                text -> {
                    int index = choice(text, labels, names);
                    return index < 0 ? null : values.get(index);
                },
                text -> sentences.notAChoice(text, labels));
    }

    /** A label or a name, else a number from 1, else the beginning of just one of them. */
    private static int choice(String text, List<String> labels, List<String> names) {
        String wanted = plain(text);
        List<Integer> begun = new ArrayList<>();
        int number = -1;
        for (int i = 0; i < labels.size(); i++) {
            String label = plain(labels.get(i));
            String name = plain(names.get(i));
            if (wanted.equals(label) || wanted.equals(name)) {
                return i;
            }
            if (wanted.equals(String.valueOf(i + 1))) {
                number = i; // unless it is the label of another
            }
            if (!wanted.isEmpty() && (label.startsWith(wanted) || name.startsWith(wanted))) {
                begun.add(i);
            }
        }
        return number >= 0 || begun.size() != 1 ? number : begun.getFirst();
    }

    private static String plain(String text) {
        return text.strip().toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
    }

    /** How a constant is called before people: {@code EXTRA_LARGE} is "extra large". */
    private static String label(Object constant) {
        String name = ((Enum<?>) constant).name();
        try {
            Prompt prompt =
                    ((Enum<?>) constant).getDeclaringClass().getField(name).getAnnotation(Prompt.class);
            return prompt == null ? name.toLowerCase(Locale.ROOT).replace('_', ' ') : prompt.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("Every constant is a field.", e);
        }
    }

    /** How a record's component is asked for: by its {@link Prompt}, or its name, {@code firstName} as "First name?". */
    static String prompt(AnnotatedElement component, String name) {
        Prompt prompt = component.getAnnotation(Prompt.class);
        if (prompt != null) {
            return prompt.value();
        }
        String words = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + "?";
    }

    private static @Nullable Boolean yesOrNo(String text, Sentences sentences) {
        String answer = text.strip().replaceAll("[.!]+$", "");
        if (sentences.yes().stream().anyMatch(answer::equalsIgnoreCase)) {
            return true;
        }
        return sentences.no().stream().anyMatch(answer::equalsIgnoreCase) ? false : null;
    }

    private static Double finite(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number) || text.matches(".*[dDfFxX].*")) {
            throw new NumberFormatException(text); // Java's notation, nobody else's
        }
        return number;
    }

    private static Function<String, @Nullable Object> orNull(Function<String, Object> parse) {
        return text -> {
            try {
                return parse.apply(text.strip());
            } catch (NumberFormatException | DateTimeException e) {
                return null;
            }
        };
    }
}
