/**
 * Merging two states of a table that grew from a common one, and with it merge, cherry-pick and
 * revert.
 *
 * <p>Three sides everywhere: base, ours (the branch that is merged into) and theirs. The cheapest
 * exact level wins: {@link dev.varve.engine.merge.MetadataMerge} combines schemas, partitioning,
 * sort orders and properties attribute by attribute; {@link dev.varve.engine.merge.FileMerge}
 * combines file sets in one new snapshot without reading data; {@link
 * dev.varve.engine.merge.RowLevel} compares rows where files do not decide it. What none can decide
 * is a conflict, told in the words of {@link dev.varve.engine.merge.MergeConflict}. No metadata is
 * written before a whole merge is known to succeed.
 */
package dev.varve.engine.merge;
