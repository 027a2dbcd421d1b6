package dev.turbochat.cli;

import dev.turbochat.Option;
import dev.turbochat.error.ConfigurationException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The options of a recipe as flags of its command: {@code maxLength} is {@code --max-length}.
 *
 * <p>A value comes from the flag, else from the environment variable that the option names, else from its default.
 *
 * @param <O> the record
 */
final class RecipeOptions<O extends Record> {
    private final Class<O> type;
    private final Map<String, String> environment;

    RecipeOptions(Class<O> type, Map<String, String> environment) {
        this.type = type;
        this.environment = environment;
    }

    static String flag(RecordComponent component) {
        return "--"
                + component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** What people read of each option, one line each. */
    List<String> lines() {
        return Arrays.stream(type.getRecordComponents())
                .map(component ->
                        String.format("%-24s %s", flag(component) + " " + label(component), description(component)))
                .toList();
    }

    void addTo(CommandSpec spec) {
        for (RecordComponent component : type.getRecordComponents()) {
            spec.addOption(option(component)
                    .paramLabel(label(component))
                    .description(description(component).replace("%", "%%")) // or picocli takes it for a format
                    .build());
        }
    }

    /** The values that the command line itself gives, by the names of their components. */
    Map<String, Object> given(ParseResult parsed) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (parsed.hasMatchedOption(flag(component))) {
                given.put(
                        component.getName(),
                        parsed.matchedOption(flag(component)).getValue());
            }
        }
        return given;
    }

    /** The flags of options that must be given, with what they mean. */
    Map<String, String> required() {
        Map<String, String> required = new LinkedHashMap<>();
        for (RecordComponent component : mandatory()) {
            Option option = component.getAnnotation(Option.class);
            required.put(flag(component), option == null ? component.getName() : option.value());
        }
        return required;
    }

    /** The options that must be given as a usage line shows them, each after a space: {@code " --file FILE"}. */
    String placeholders() {
        return mandatory().stream()
                .map(component -> " " + flag(component) + " " + label(component))
                .collect(Collectors.joining());
    }

    private List<RecordComponent> mandatory() {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> text(component).isEmpty() && !isSwitch(component))
                .toList();
    }

    /** The flags of options that must be given and are not. */
    List<String> missing(ParseResult parsed) {
        return required().keySet().stream()
                .filter(flag -> !parsed.hasMatchedOption(flag))
                .toList();
    }

    /**
     * The record.
     *
     * @throws ParameterException if a value is not one of its type, or the record does not take the values
     */
    O read(ParseResult parsed) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(components[i], parsed);
        }
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    String.valueOf(e.getTargetException().getMessage()),
                    e);
        } catch (ReflectiveOperationException e) {
            throw new ConfigurationException("The options " + type.getName() + " cannot be made: " + e + ".", e);
        }
    }

    private @Nullable Object value(RecordComponent component, ParseResult parsed) {
        if (parsed.hasMatchedOption(flag(component))) {
            return parsed.matchedOptionValue(flag(component), null);
        }
        Optional<String> text = text(component);
        if (text.isEmpty()) {
            return isSwitch(component) ? Boolean.FALSE : null;
        }
        CommandSpec only = CommandSpec.create().addOption(option(component).build());
        CommandLine line = new CommandLine(only).setCaseInsensitiveEnumValuesAllowed(true);
        try { // the text is converted as the flag's value would have been
            return line.parseArgs(flag(component) + "=" + text.get()).matchedOptionValue(flag(component), null);
        } catch (ParameterException e) {
            throw new ParameterException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static OptionSpec.Builder option(RecordComponent component) {
        return OptionSpec.builder(flag(component)).type(component.getType()).arity(isSwitch(component) ? "0" : "1");
    }

    private Optional<String> text(RecordComponent component) {
        Option option = component.getAnnotation(Option.class);
        if (option == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(option.env().isEmpty() ? null : environment.get(option.env()))
                .or(() -> option.defaultValue().isEmpty() ? Optional.empty() : Optional.of(option.defaultValue()));
    }

    private static boolean isSwitch(RecordComponent component) {
        return component.getType() == boolean.class;
    }

    private static String label(RecordComponent component) {
        if (isSwitch(component)) {
            return "";
        }
        return switch (component.getType().getSimpleName()) {
            case "Path", "File" -> "FILE";
            case "int", "long", "double", "Integer", "Long", "Double" -> "NUMBER";
            case "LocalDate" -> "DATE";
            default -> "TEXT";
        };
    }

    private static String description(RecordComponent component) {
        Option option = component.getAnnotation(Option.class);
        if (option == null) {
            return "(required)";
        }
        List<String> notes = new ArrayList<>();
        if (!option.defaultValue().isEmpty()) {
            notes.add("default: " + option.defaultValue());
        } else if (!isSwitch(component)) {
            notes.add("required");
        }
        if (!option.env().isEmpty()) {
            notes.add("or " + option.env());
        }
        if (component.getType().isEnum()) {
            notes.add("one of: "
                    + String.join(
                            ", ",
                            Arrays.stream(component.getType().getEnumConstants())
                                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                                    .toList()));
        }
        return option.value() + (notes.isEmpty() ? "" : " (" + String.join("; ", notes) + ")");
    }
}
