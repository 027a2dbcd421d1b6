/** What a model is, and how one is found. */
@NullMarked
package dev.turbochat.model;

import org.jspecify.annotations.NullMarked;
