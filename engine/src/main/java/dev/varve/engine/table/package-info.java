/**
 * Iceberg tables whose truth is in Varve's catalog.
 *
 * <p>Start at {@link dev.varve.engine.table.Tables}: it loads, opens, creates, changes and drops
 * tables and namespaces. A table's whole Iceberg metadata is the value at its key ({@link
 * dev.varve.engine.table.TableContent}); {@link dev.varve.engine.table.LakeTableOperations} lets
 * Iceberg's own operations, with their validations and retries, commit to a branch; {@link
 * dev.varve.engine.table.Warehouse} says where files lie and refuses every other place.
 *
 * <p>May depend on the catalog and on Iceberg; knows nothing of SQL, HTTP or the other packages of
 * the engine. No parameter or result is null.
 */
package dev.varve.engine.table;
