package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/**
 * What a program emits, typed by what it gets back.
 *
 * <p>Messages are steps: emitting one adds it to the session. Steps are immutable and may be shared between threads and
 * programs; the functions that {@link Effect}, {@link Aside} and {@link Generate} carry run on the program's thread.
 *
 * @param <R> the step's result
 */
public sealed interface Step<R extends @Nullable Object>
        permits Aside,
                Ask,
                Choose,
                Clear,
                ContinueAsNew,
                Draw,
                Effect,
                EffectOnce,
                Example,
                Generate,
                GenerateValue,
                GetSecret,
                GetUserInput,
                GetUserInputWithin,
                Message,
                Notice,
                Pin,
                ReadContext,
                ReadMessages,
                SleepUntil,
                Version {}
