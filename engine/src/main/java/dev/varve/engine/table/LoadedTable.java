package dev.varve.engine.table;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * A table as it stood at a commit.
 *
 * @param name the name it had there
 * @param content what the tree holds for it
 * @param commitId the commit that was read
 * @param metadata Iceberg's metadata; its file location is readable by other Iceberg readers
 * @param io reads the table's files
 */
public record LoadedTable(
    TableName name, Content content, ObjectId commitId, TableMetadata metadata, FileIO io) {}
