package dev.varve.engine.table;

import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.tree.Content;

/**
 * A branch or tag of the catalog that has a table, to be shown as a ref of that table.
 *
 * @param content the table as it stands there
 */
record ShownRef(String name, RefKind kind, Content content) {}
