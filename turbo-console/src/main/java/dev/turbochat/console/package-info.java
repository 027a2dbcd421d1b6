/** The terminal front end: {@link dev.turbochat.console.Console} runs a program where it is started. */
@NullMarked
package dev.turbochat.console;

import org.jspecify.annotations.NullMarked;
