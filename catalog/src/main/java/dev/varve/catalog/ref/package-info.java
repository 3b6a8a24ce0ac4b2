/**
 * Names for commits: branches that move, tags that do not, and the reflog of what each ref was.
 *
 * <p>Start at {@link dev.varve.catalog.ref.Refs}.
 */
package dev.varve.catalog.ref;
