/** Everything that turbo throws, one tree. */
@NullMarked
package dev.turbochat.error;

import org.jspecify.annotations.NullMarked;
