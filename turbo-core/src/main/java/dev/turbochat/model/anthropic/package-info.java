/** Anthropic's models, in the format of its Messages API. */
@NullMarked
package dev.turbochat.model.anthropic;

import org.jspecify.annotations.NullMarked;
