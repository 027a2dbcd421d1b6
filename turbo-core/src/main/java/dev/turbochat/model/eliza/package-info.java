/** The built-in therapist of 1966, which needs nothing. */
@NullMarked
package dev.turbochat.model.eliza;

import org.jspecify.annotations.NullMarked;
