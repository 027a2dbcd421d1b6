/** Programs that chat, and what runs them: {@link dev.turbochat.Chat} and {@link dev.turbochat.Runner} are where to begin. */
@NullMarked
package dev.turbochat;

import org.jspecify.annotations.NullMarked;
