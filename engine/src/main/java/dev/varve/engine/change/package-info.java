/**
 * Changes to the rows and the shape of tables: delete, update, upsert, create from a query, alter.
 *
 * <p>Start at {@link TableEdits}. Rows are changed by copy-on-write: {@link AffectedFiles} finds
 * the data files that hold rows to change, these are read with the deletes that apply to them, and
 * what stays of them is written anew. No other file is touched. A change that a concurrent commit
 * contradicts is computed again on the new state, a few times, before it fails.
 */
package dev.varve.engine.change;
