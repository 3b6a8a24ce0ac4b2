package dev.varve.engine.ingest;

import dev.varve.catalog.CommitResult;
import java.util.Optional;

/**
 * What an ingest did.
 *
 * @param commit the commit that holds it; empty if there was nothing to change
 * @param format the format that the file was read as
 * @param rows how many rows the file had
 * @param replaced how many rows of the table an upsert or overwrite took out
 * @param files how many data files were added
 * @param bytes the size of these
 * @param created whether the table was created
 */
public record IngestResult(
    Optional<CommitResult> commit,
    FileFormat format,
    long rows,
    long replaced,
    long files,
    long bytes,
    boolean created) {}
