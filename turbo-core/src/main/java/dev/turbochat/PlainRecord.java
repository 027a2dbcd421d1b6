package dev.turbochat;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records of nothing but texts, ints and truth values as JSON and back, as Jackson has them: a program's options are often no
 * more, and Jackson takes a sixth of the time from a process's start to its first word to be ready for them.
 *
 * <p>Whatever Jackson could see in a record besides its components (an annotation, another method or constructor, an
 * interface), or in JSON besides their values, is left to it.
 */
final class PlainRecord {
    private static final Set<Class<?>> TYPES = Set.of(String.class, int.class, boolean.class);
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private PlainRecord() {}

    /** The record as JSON; null if this is to be left to Jackson. */
    static @Nullable JsonNode write(@Nullable Object value) {
        if (!(value instanceof Record) || !isPlain(value.getClass())) {
            return null;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        try {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                Method accessor = component.getAccessor();
                if (!accessor.trySetAccessible()) {
                    return null;
                }
                json.set(component.getName(), node(accessor.invoke(value)));
            }
            return json;
        } catch (ReflectiveOperationException e) {
            return null; // Jackson says what is wrong
        }
    }

    private static JsonNode node(@Nullable Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof String text) {
            return nodes.stringNode(text);
        }
        if (value instanceof Integer number) {
            return nodes.numberNode(number.intValue());
        }
        return value instanceof Boolean truth ? nodes.booleanNode(truth) : nodes.nullNode();
    }

    /** The record of a type that JSON holds; null if this is to be left to Jackson. */
    static @Nullable Object read(Class<?> type, JsonNode json) {
        if (!json.isObject() || !type.isRecord() || !isPlain(type)) {
            return null;
        }
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            JsonNode node = json.get(components[i].getName());
            if (node == null || !holds(node, components[i].getType())) {
                return null;
            }
            values[i] = value(node);
        }
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        try {
            return json.size() == components.length && constructor.trySetAccessible()
                    ? constructor.newInstance(values)
                    : null;
        } catch (ReflectiveOperationException e) {
            return null; // Jackson says what is wrong
        }
    }

    private static boolean holds(JsonNode node, Class<?> type) {
        return (type == String.class && (node.isString() || node.isNull()))
                || (type == int.class && node.isInt())
                || (type == boolean.class && node.isBoolean());
    }

    private static @Nullable Object value(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isInt()) {
            return node.intValue();
        }
        return node.isNull() ? null : node.booleanValue();
    }

    private static boolean isPlain(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Constructor<?>[] constructors = type.getDeclaredConstructors();
        return type.getInterfaces().length == 0
                && constructors.length == 1
                && Arrays.stream(constructors[0].getParameterAnnotations()).allMatch(all -> all.length == 0)
                && Arrays.stream(components).allMatch(PlainRecord::isPlain)
                && Arrays.stream(type.getDeclaredMethods()).allMatch(method -> isExpected(method, components))
                && Stream.of(new AnnotatedElement[] {type}, constructors, type.getDeclaredFields())
                        .flatMap(Arrays::stream)
                        .allMatch(PlainRecord::isBare);
    }

    private static boolean isPlain(RecordComponent component) {
        String name = component.getName();
        return TYPES.contains(component.getType())
                && isBare(component.getAccessor())
                && !name.startsWith("get") // which Jackson might take for the name of a getter
                && !name.startsWith("is");
    }

    private static boolean isExpected(Method method, RecordComponent... components) {
        return method.isSynthetic() // which Jackson does not see
                || OF_EVERY_OBJECT.contains(method.getName())
                || Arrays.stream(components).anyMatch(component -> method.equals(component.getAccessor()));
    }

    private static boolean isBare(AnnotatedElement element) {
        return element.getAnnotations().length == 0;
    }
}
