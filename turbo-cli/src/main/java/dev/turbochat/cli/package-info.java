/** The {@code turbo} command: starts everything below. */
@NullMarked
package dev.turbochat.cli;

import org.jspecify.annotations.NullMarked;
