/**
 * Merging of two histories key by key, and what is made of it: merge, cherry-pick and revert.
 *
 * <p>Start at {@link dev.varve.catalog.merge.ContentMerger}, which a caller brings along to merge
 * what is at a key, and {@link dev.varve.catalog.merge.MergePlan}, which says what a merge would
 * do. Reads trees and commits; what it decides is written by the repository as one commit.
 */
package dev.varve.catalog.merge;
