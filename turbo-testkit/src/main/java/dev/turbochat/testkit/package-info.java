/** Tests of chat programs: what is asked, answered and said, and a model that says what it is told to. */
@NullMarked
package dev.turbochat.testkit;

import org.jspecify.annotations.NullMarked;
