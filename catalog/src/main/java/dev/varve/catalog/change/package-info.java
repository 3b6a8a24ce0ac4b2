/**
 * What a commit asks for: changes of keys, each with what it expects there, and raises of counters.
 *
 * <p>Start at {@link dev.varve.catalog.change.KeyChange}. Knows keys, contents and objects.
 */
package dev.varve.catalog.change;
