/** The language: steps, messages, inputs and settings. Values only. */
@NullMarked
package dev.turbochat.step;

import org.jspecify.annotations.NullMarked;
