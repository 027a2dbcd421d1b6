package dev.turbochat.tool;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.turbochat.step.AnyTool;
import dev.turbochat.step.ToolSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes tools of annotated methods. */
final class Methods {
    private Methods() {}

    static List<Tool> tools(Object object) {
        List<Tool> tools = Arrays.stream(object.getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(ToolMethod.class))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> tool(object, method))
                .toList();
        Set<String> names = new HashSet<>();
        for (Tool tool : tools) {
            if (!names.add(tool.spec().name())) {
                throw new IllegalArgumentException(object.getClass().getName() + " has two tools of the name '"
                        + tool.spec().name() + "'; give one another with @ToolMethod(name = ...).");
            }
        }
        if (tools.isEmpty()) {
            throw new IllegalArgumentException(object.getClass().getName()
                    + " has no tools; put @ToolMethod(\"what it does\") on its public methods.");
        }
        return tools;
    }

    private static Tool tool(Object object, Method method) {
        ToolMethod annotation = method.getAnnotation(ToolMethod.class);
        String name = annotation.name().isEmpty() ? method.getName() : annotation.name();
        Map<String, Arguments<?>> arguments = new LinkedHashMap<>();
        for (Parameter parameter : method.getParameters()) {
            if (isArgument(parameter)) {
                arguments.put(name(method, parameter), Arguments.of(parameter.getParameterizedType()));
            }
        }
        method.setAccessible(true); // a public method of a class that need not be public itself
        ToolSpec spec = new ToolSpec(name, annotation.value(), schema(method, arguments));
        Tool tool = Tool.of(spec, json -> {
            Schemas.check(spec.parameters(), json);
            return action(object, method, arguments, json);
        });
        tool = annotation.idempotent() ? tool.idempotent() : tool;
        return annotation.needsApproval() ? tool.needsApproval() : tool;
    }

    private static boolean isArgument(Parameter parameter) {
        return !parameter.getType().equals(AnyTool.Run.class);
    }

    private static String name(Method method, Parameter parameter) {
        if (!parameter.isNamePresent()) {
            throw new IllegalArgumentException("The parameters of tool method "
                    + method.getDeclaringClass().getName() + "." + method.getName()
                    + " have no names in its class file; compile it with -parameters (Maven: <parameters>true</parameters>"
                    + " of the compiler plugin, Gradle: options.compilerArgs.add(\"-parameters\")), or use"
                    + " Tool.of with a record.");
        }
        return parameter.getName();
    }

    private static ObjectNode schema(Method method, Map<String, Arguments<?>> arguments) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ObjectNode shared = JsonNodeFactory.instance.objectNode();
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (Parameter parameter : method.getParameters()) {
            Arguments<?> argument = isArgument(parameter) ? arguments.get(parameter.getName()) : null;
            if (argument != null) {
                ObjectNode one = Schemas.lift(argument.schema().deepCopy(), shared);
                JsonPropertyDescription described = parameter.getAnnotation(JsonPropertyDescription.class);
                if (described != null) {
                    one.put("description", described.value());
                }
                properties.set(parameter.getName(), one);
                if (Schemas.isRequired(parameter.getAnnotatedType())) {
                    required.add(parameter.getName());
                }
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        schema.put("additionalProperties", false);
        if (!shared.isEmpty()) {
            schema.set(Schemas.SHARED, shared);
        }
        return schema;
    }

    private static Tool.Action action(
            Object object, Method method, Map<String, Arguments<?>> arguments, JsonNode json) {
        List<@Nullable Object> given = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            Arguments<?> argument = isArgument(parameter) ? arguments.get(parameter.getName()) : null;
            given.add(argument == null ? null : argument.readAny(json.path(parameter.getName())));
        }
        return run -> {
            Object[] all = new Object[given.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = isArgument(method.getParameters()[i]) ? given.get(i) : run;
            }
            try {
                return method.invoke(object, all);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        };
    }
}
