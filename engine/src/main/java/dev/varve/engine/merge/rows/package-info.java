/**
 * Merging the rows of three states of one table, where files alone do not decide it.
 *
 * <p>Start at {@link dev.varve.engine.merge.rows.RowMerge}. It is told which files differ from base
 * ({@link dev.varve.engine.merge.rows.DifferingFiles}), compares their rows in DuckDB, by key or as
 * bags, and answers with the files of ours to take away and those it has written, or with the
 * conflicts. Knows rows and files; what a merge, a branch or a commit is, is another's business.
 */
package dev.varve.engine.merge.rows;
