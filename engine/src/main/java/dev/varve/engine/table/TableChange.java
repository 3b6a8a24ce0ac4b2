package dev.varve.engine.table;

import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/**
 * The new state of one table in a commit.
 *
 * @param name the table
 * @param base what the change was made from, as it was loaded; empty to create the table
 * @param updated the metadata to commit
 */
public record TableChange(TableName name, Optional<LoadedTable> base, TableMetadata updated) {}
