package dev.turbochat.tool;

import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON schemas of types, and whether something has what they require. */
final class Schemas {
    /** Where schemas stand that are referred to. */
    static final String SHARED = "$defs";

    private Schemas() {}

    /** Made when it is first needed: it takes a while, and few programs need it. */
    private static final class Lazy {
        static final SchemaGenerator GENERATOR = generator();
    }

    private static SchemaGenerator generator() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(new JacksonSchemaModule())
                .with(
                        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                        Option.FLATTENED_OPTIONALS,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                        Option.EXTRA_OPEN_API_FORMAT_VALUES)
                .without(Option.SCHEMA_VERSION_INDICATOR);
        config.forFields().withRequiredCheck(Schemas::isRequired);
        config.forTypesInGeneral()
                .withSubtypeResolver((declared, context) -> SealedTypes.is(declared.getErasedType())
                        ? SealedTypes.of(declared.getErasedType()).stream()
                                .map(type -> context.getTypeContext().resolveSubtype(declared, type))
                                .toList()
                        : null)
                .withTypeAttributeOverride((schema, scope, context) -> {
                    Class<?> type = scope.getType().getErasedType();
                    if (type.isRecord() && isOfSealed(type)) {
                        nameType(schema, type.getSimpleName());
                    }
                });
        return new SchemaGenerator(config.build());
    }

    private static boolean isOfSealed(Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            if (SealedTypes.is(parent) || isOfSealed(parent)) {
                return true;
            }
        }
        return false;
    }

    private static void nameType(ObjectNode schema, String name) {
        schema.withObject("/properties").putObject(SealedTypes.FIELD).put("const", name);
        schema.withArray("/required").insert(0, SealedTypes.FIELD);
    }

    private static boolean isRequired(FieldScope field) {
        Type type = field.getRawMember().getGenericType();
        AnnotatedType annotated = field.getRawMember().getAnnotatedType();
        return !isOptional(type) && !annotated.isAnnotationPresent(Nullable.class);
    }

    /** Whether a value of this type may not be left out. */
    static boolean isRequired(AnnotatedType type) {
        return !isOptional(type.getType()) && !type.isAnnotationPresent(Nullable.class);
    }

    private static boolean isOptional(Type type) {
        return type instanceof ParameterizedType parameterized
                && parameterized.getRawType().equals(Optional.class);
    }

    /**
     * The schema of a type.
     *
     * @throws IllegalArgumentException if none can be made
     */
    static ObjectNode of(Type type) {
        try {
            return Lazy.GENERATOR.generateSchema(type);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "No JSON schema can be made of type " + type.getTypeName() + ": " + e.getMessage()
                            + "; use a record of plain values.",
                    e);
        }
    }

    /** Moves what a schema refers to where the whole has it: references begin at the root. */
    static void lift(ObjectNode schema, ObjectNode shared) {
        if (schema.remove(SHARED) instanceof ObjectNode own) {
            shared.setAll(own);
        }
    }

    /**
     * Checks that all is there that a schema requires, and nothing is null that may not be: other faults are found when the
     * value is made.
     *
     * @throws IllegalArgumentException if something is missing, in a sentence for the model
     */
    static void check(JsonNode schema, JsonNode json) {
        check(schema, schema, json, "");
    }

    private static void check(JsonNode root, JsonNode schema, JsonNode json, String path) {
        JsonNode own = resolved(root, schema);
        if (json.isObject()) {
            for (JsonNode required : own.path("required")) {
                if (json.path(required.stringValue()).isMissingNode()
                        || json.path(required.stringValue()).isNull()) {
                    throw new IllegalArgumentException(
                            "'" + path + required.stringValue() + "' is missing; it is required.");
                }
            }
            json.properties().forEach(field -> {
                JsonNode part = own.path("properties").path(field.getKey());
                if (!part.isMissingNode()) {
                    check(root, part, field.getValue(), path + field.getKey() + ".");
                }
            });
        } else if (json.isArray() && !own.path("items").isMissingNode()) {
            for (int i = 0; i < json.size(); i++) {
                String at = path.isEmpty() ? "" : path.substring(0, path.length() - 1);
                check(root, own.path("items"), json.path(i), at + "[" + i + "].");
            }
        }
    }

    private static JsonNode resolved(JsonNode root, JsonNode schema) {
        JsonNode reference = schema.path("$ref");
        if (!reference.isString() || !reference.stringValue().startsWith("#")) {
            return schema;
        }
        return root.at(reference.stringValue().substring(1));
    }
}
