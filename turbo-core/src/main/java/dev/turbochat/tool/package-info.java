/** Tools of records and methods, and the schemas of types. */
@NullMarked
package dev.turbochat.tool;

import org.jspecify.annotations.NullMarked;
