package dev.varve.engine.diff;

import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How one table differs between two commits.
 *
 * <p>A table that was added or removed has all its files and rows counted as such, and its schema,
 * layout and properties are not listed as changes. Rows are those that data files hold, before
 * deletes.
 *
 * @param table its name after, or before if it is gone
 * @param renamedFrom its name before, if that was another
 * @param layout changes of {@code partition-by}, {@code sort-by}, {@code key}, {@code location} and
 *     {@code format-version}, by these names
 * @param properties changes of the table's properties, by name
 * @param addedDeletes delete files and the rows they list; they take rows away
 * @param manifestsRead how many manifests were opened to find out
 */
public record TableDiff(
    TableName table,
    Optional<TableName> renamedFrom,
    ChangeKind kind,
    List<SchemaChange> schema,
    SortedMap<String, ValueChange> layout,
    SortedMap<String, ValueChange> properties,
    FileCounts added,
    FileCounts removed,
    FileCounts addedDeletes,
    FileCounts removedDeletes,
    int manifestsRead) {}
