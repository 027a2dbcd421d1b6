/** The terminal front end. */
@NullMarked
package dev.turbochat.console;

import org.jspecify.annotations.NullMarked;
