package dev.varve.engine.table;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import org.apache.iceberg.view.ViewMetadata;

/**
 * A view as it stood at a commit.
 *
 * @param name the name it had there; tables and views share one space of names
 * @param content what the tree holds for it
 * @param commitId the commit that was read
 * @param metadata Iceberg's metadata; its file location is readable by other Iceberg readers
 */
public record LoadedView(
    TableName name, Content content, ObjectId commitId, ViewMetadata metadata) {}
