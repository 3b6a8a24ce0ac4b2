package dev.varve.engine.merge;

import dev.varve.engine.diff.ChangeKind;
import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.diff.SchemaChange;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What a merge, cherry-pick or revert does to one table of the branch.
 *
 * @param table its name afterwards, or before if it goes
 * @param renamedFrom its name on the branch before, if that was another
 * @param action what happens to it
 * @param level how that was decided
 * @param schema what a side that was taken whole did to the columns
 * @param added the data files that it gains, and the rows in them
 * @param removed the data files that it loses
 * @param rows what was compared: its rows at the level of rows, keys at that of files, if any were
 */
public record TableMergeReport(
    TableName table,
    Optional<TableName> renamedFrom,
    ChangeKind action,
    MergeLevel level,
    List<SchemaChange> schema,
    FileCounts added,
    FileCounts removed,
    Optional<RowWork> rows) {}
