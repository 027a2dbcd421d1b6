package dev.turbochat.tool;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method as a tool; see {@link Tool#from}. Its parameters are the arguments, by their names; one of type {@code
 * AnyTool.Run} is given the run instead.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ToolMethod {
    /** What it does, and when it is to be used. */
    String value();

    /** What the model calls it by; the method's name where empty. */
    String name() default "";

    /** Whether a call that a crash cut off may be made again. */
    boolean idempotent() default false;

    /** Whether the user is asked before each call. */
    boolean needsApproval() default false;
}
