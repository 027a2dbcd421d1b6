/** Programs to start from, each a page long. */
@NullMarked
package dev.turbochat.examples;

import org.jspecify.annotations.NullMarked;
