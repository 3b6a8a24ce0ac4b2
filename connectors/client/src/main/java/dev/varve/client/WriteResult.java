package dev.varve.client;

import java.util.Optional;

/**
 * What a write did. A figure that has no meaning for the kind of write is empty.
 *
 * @param commit the commit that was made; empty when there was nothing to change
 * @param created whether the table is new
 * @param rows how many rows were ingested or selected
 * @param files how many data files were written for them
 * @param bytes the size of these files
 */
public record WriteResult(
    String branch,
    Optional<Commit> commit,
    Optional<String> table,
    boolean created,
    Optional<Long> rows,
    Optional<Long> files,
    Optional<Long> bytes,
    Optional<Long> rowsAdded,
    Optional<Long> rowsRemoved,
    Optional<Long> filesAdded,
    Optional<Long> filesRemoved) {}
