package dev.turbochat;

import java.security.CodeSource;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which line of a program turbo is at work for: the first frame that is neither turbo's own nor Java's. */
final class Caller {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private Caller() {}

    /** " at Pizza.java:31", of the step that this thread is taking; empty if it takes none. */
    static String line() {
        return WALKER.walk(frames -> line(frames.filter(frame -> !isMachinery(frame.getDeclaringClass()))
                .map(StackWalker.StackFrame::toStackTraceElement)));
    }

    /** Where the program threw this, likewise. */
    static String line(Throwable thrown) {
        return line(Stream.of(thrown.getStackTrace()).filter(frame -> !isMachinery(frame.getClassName())));
    }

    private static String line(Stream<StackTraceElement> frames) {
        return frames.findFirst()
                .map(frame -> " at "
                        + (frame.getFileName() == null
                                ? frame.getClassName() + "." + frame.getMethodName()
                                : frame.getFileName() + ":" + frame.getLineNumber()))
                .orElse("");
    }

    /** Tests of turbo's own stand in the same packages, but not in the same place: they are programs like others. */
    private static boolean isMachinery(Class<?> type) {
        return isJava(type.getName())
                || (isOurs(type.getPackageName()) && Objects.equals(place(type), place(Caller.class)));
    }

    private static boolean isMachinery(String name) {
        try {
            return isMachinery(Class.forName(name, false, Caller.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) { // a lambda's, or of another loader
            return isJava(name);
        }
    }

    private static boolean isJava(String name) {
        return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.");
    }

    private static boolean isOurs(String name) {
        String own = Caller.class.getPackageName();
        return name.equals(own) || name.equals(own + ".step");
    }

    private static @Nullable Object place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? null : source.getLocation();
    }
}
