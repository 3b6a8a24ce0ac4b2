/**
 * Merges, cherry-picks, reverts and rebases that are made and looked at before a branch moves to
 * them.
 *
 * <p>Start at {@link dev.varve.engine.prepared.PreparedMerges}. A prepared merge is a branch under
 * {@code merge/}, so that whatever reads, verifies, backs up or collects branches knows it; what
 * was asked for is a property of its commits, in {@link dev.varve.engine.prepared.Intent}.
 */
package dev.varve.engine.prepared;
