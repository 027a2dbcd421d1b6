/** Models behind the OpenAI chat-completions format, which most vendors and local servers speak. */
@NullMarked
package dev.turbochat.model.openai;

import org.jspecify.annotations.NullMarked;
