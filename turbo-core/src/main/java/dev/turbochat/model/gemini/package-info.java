/** Google's Gemini models, in the format of generateContent. */
@NullMarked
package dev.turbochat.model.gemini;

import org.jspecify.annotations.NullMarked;
