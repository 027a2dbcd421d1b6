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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
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
                .withPropertySorter(Comparator.comparingInt(field -> 0)) // as they are declared
                .withSubtypeResolver((declared, context) -> SealedTypes.is(declared.getErasedType())
                        ? SealedTypes.of(declared.getErasedType()).stream()
                                .map(type -> context.getTypeContext().resolveSubtype(declared, type))
                                .toList()
                        : null)
                .withTypeAttributeOverride((schema, scope, context) -> {
                    Class<?> type = scope.getType().getErasedType();
                    if (!schema.path("format").asString("").matches("date|time|date-time|uuid|uri|duration")) {
                        schema.remove("format"); // the width of a number, which vendors refuse
                    }
                    if (type.isRecord() && SealedTypes.isOf(type)) {
                        nameType(schema, type.getSimpleName());
                    }
                });
        return new SchemaGenerator(config.build());
    }

    private static void nameType(ObjectNode schema, String name) {
        schema.withObject("/properties")
                .putObject(SealedTypes.FIELD)
                .put("type", "string")
                .put("const", name);
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

    /**
     * Makes a schema the part of another: what it refers to is moved where the whole has it, since references begin at the
     * root.
     *
     * @param shared what the whole refers to
     * @return what stands for the schema
     */
    static ObjectNode lift(ObjectNode schema, ObjectNode shared) {
        if (schema.remove(SHARED) instanceof ObjectNode own) {
            shared.setAll(own);
        }
        String self = "self" + shared.size();
        if (!pointSelf(schema, "#/" + SHARED + "/" + self)) {
            return schema;
        }
        shared.set(self, schema);
        return schema.objectNode().put("$ref", "#/" + SHARED + "/" + self);
    }

    /** Has what refers to the whole refer to another place; says whether anything did. */
    private static boolean pointSelf(JsonNode schema, String place) {
        boolean any = false;
        if (schema instanceof ObjectNode object
                && object.path("$ref").asString("").equals("#")) {
            object.put("$ref", place);
            any = true;
        }
        for (JsonNode part : schema) {
            any |= pointSelf(part, place);
        }
        return any;
    }

    /** A schema in which all is required, as vendors want it that hold a model to it: what may be left out may be null. */
    static ObjectNode strict(ObjectNode schema) {
        ObjectNode strict = schema.deepCopy();
        require(strict);
        return strict;
    }

    private static void require(JsonNode schema) {
        for (JsonNode part : schema) {
            require(part);
        }
        if (schema instanceof ObjectNode object && object.path("properties") instanceof ObjectNode properties) {
            Set<String> required = new HashSet<>();
            object.path("required").forEach(name -> required.add(name.stringValue()));
            ArrayNode all = object.putArray("required");
            for (String name : List.copyOf(properties.propertyNames())) {
                all.add(name);
                if (!required.contains(name)) {
                    properties.set(name, orNull(properties.path(name)));
                }
            }
        }
    }

    private static JsonNode orNull(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return schema; // it says so already
        }
        ObjectNode either = JsonNodeFactory.instance.objectNode();
        if (type.isString() && !schema.has("enum") && !schema.has("const")) {
            either.setAll((ObjectNode) schema);
            either.putArray("type").add(type).add("null");
        } else {
            either.putArray("anyOf").add(schema).addObject().put("type", "null");
        }
        return either;
    }

    /** Whether no object in it may have fields that are not named: only then can a vendor hold a model to every letter. */
    static boolean isClosed(JsonNode schema) {
        if (schema.path("type").asString("").equals("object")
                && !schema.path("additionalProperties").isBoolean()) {
            return false;
        }
        for (JsonNode part : schema) {
            if (!isClosed(part)) {
                return false;
            }
        }
        return true;
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
