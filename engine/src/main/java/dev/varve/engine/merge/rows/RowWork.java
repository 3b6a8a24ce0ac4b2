package dev.varve.engine.merge.rows;

/**
 * What a merge of rows read and did.
 *
 * @param baseFiles data files of base that were compared, and {@code oursFiles} and {@code
 *     theirsFiles} those of the sides; a file that two sides share counts on both
 * @param rowsRead the rows in these files
 * @param rowsChanged rows, by key or by value, that theirs added, changed or removed
 * @param rowsWritten rows that came to ours anew or in another form
 * @param rowsRemoved rows of ours that went or were replaced
 * @param filesRewritten files of ours that held such rows
 */
public record RowWork(
    long baseFiles,
    long oursFiles,
    long theirsFiles,
    long rowsRead,
    long rowsChanged,
    long rowsWritten,
    long rowsRemoved,
    long filesRewritten) {}
