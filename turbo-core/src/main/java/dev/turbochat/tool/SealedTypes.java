package dev.turbochat.tool;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/** Tells the records of a sealed type apart by a field {@code type}, their simple name, where nothing else is said. */
final class SealedTypes extends JacksonAnnotationIntrospector {
    static final String FIELD = "type";
    private static final long serialVersionUID = 1;

    /** Whether a type's subtypes are to be told apart so. */
    static boolean is(Class<?> type) {
        return type.isSealed() && type.isInterface() && !type.isAnnotationPresent(JsonTypeInfo.class);
    }

    /** The records of a sealed type, those of sealed subtypes included. */
    static List<Class<?>> of(Class<?> type) {
        return Arrays.stream(type.getPermittedSubclasses())
                .<Class<?>>mapMulti((one, all) -> {
                    if (one.isSealed()) {
                        of(one).forEach(all);
                    } else {
                        all.accept(one);
                    }
                })
                .distinct()
                .toList();
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        JsonTypeInfo.Value found = super.findPolymorphicTypeInfo(config, annotated);
        return found == null && annotated instanceof AnnotatedClass && is(annotated.getRawType())
                ? JsonTypeInfo.Value.construct(
                        JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, FIELD, null, false, null, null)
                : found;
    }

    /** Whether a type is one of a sealed type's. */
    static boolean isOf(Class<?> type) {
        return Arrays.stream(type.getInterfaces()).anyMatch(parent -> is(parent) || isOf(parent));
    }

    @Override
    public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass annotated) {
        String found = super.findTypeName(config, annotated);
        return found == null && isOf(annotated.getRawType())
                ? annotated.getRawType().getSimpleName()
                : found;
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
        List<NamedType> found = super.findSubtypes(config, annotated);
        return found == null && is(annotated.getRawType())
                ? of(annotated.getRawType()).stream()
                        .map(type -> new NamedType(type, type.getSimpleName()))
                        .toList()
                : found;
    }
}
