package dev.turbochat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes one option of a {@link Recipe}. A component without a default must be given. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
    /** One line for people. */
    String value();

    /** The value where none is given, as it would be typed; empty where one must be given. */
    String defaultValue() default "";

    /** The environment variable that gives the value where the flag does not; empty for none. */
    String env() default "";
}
