/**
 * The ordered map of one commit, as a Merkle search tree.
 *
 * <p>Start at {@link dev.varve.catalog.tree.Tree}: {@code get}, {@code edit} and {@code diff}.
 * Trees are immutable and safe to share; nodes are read on demand. A node's bounds depend on its
 * keys alone, so equal maps have equal root ids. Knows keys and typed bytes, nothing of tables.
 */
package dev.varve.catalog.tree;
