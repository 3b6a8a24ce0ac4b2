/**
 * Commits and how they follow from one another.
 *
 * <p>Start at {@link dev.varve.catalog.history.Commit}; {@link dev.varve.catalog.history.Revision}
 * is the text that names one.
 */
package dev.varve.catalog.history;
