package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;

/**
 * The typed value at a key.
 *
 * @param id its identity across renames and branches
 * @param value the object that holds its bytes
 */
public record Content(ContentType type, ContentId id, ObjectId value) {}
