package dev.turbochat.step;

import java.lang.reflect.ParameterizedType;

/**
 * Names a type that a class literal cannot: {@code new Type<List<Item>>() {}}.
 *
 * @param <T> the type
 */
public abstract class Type<T> {
    private final java.lang.reflect.Type type;

    /** Takes the type from the subclass that {@code {}} makes. */
    protected Type() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalStateException(
                    "A Type was made without its type argument; write new Type<List<Item>>() {}.");
        }
        this.type = parent.getActualTypeArguments()[0];
    }

    private Type(java.lang.reflect.Type type) {
        this.type = type;
    }

    /** The type of a class literal. */
    public static <T> Type<T> of(Class<T> type) {
        return new Type<>(type) {};
    }

    /** The type as reflection sees it. */
    public java.lang.reflect.Type reflected() {
        return type;
    }

    @Override
    public String toString() {
        return type.getTypeName();
    }
}
