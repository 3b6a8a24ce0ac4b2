/**
 * Questions about how the lake came to be what it is: which commit broke a check, which commits
 * changed a row, and which of them last wrote its cells.
 *
 * <p>Start at {@link dev.varve.engine.history.Bisect} and {@link
 * dev.varve.engine.history.RowHistory}. Nothing here writes.
 */
package dev.varve.engine.history;
