/**
 * Verifies a repository, every object once.
 *
 * <p>Start at {@link dev.varve.catalog.fsck.Fsck}. Reads one moment of the store, so that others
 * may write meanwhile, and tells of each {@link dev.varve.catalog.fsck.Finding} as it is made.
 */
package dev.varve.catalog.fsck;
