package dev.varve.engine.change;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Types;

/**
 * Puts rows into a table by key: a row that has the key of an old one takes its place.
 *
 * @param tables the lake's tables
 * @param session holds the rows
 * @param rows a relation of the session, as SQL, with the table's columns; its keys are unique
 */
public record Upsert(Tables tables, DuckSession session, String rows) {
  /**
   * Computes the change on {@code base} and commits it.
   *
   * @throws dev.varve.catalog.error.VarveException with a conflict if the table changed meanwhile
   *     in a way that contradicts it; nothing was committed
   */
  public ChangeResult into(LoadedTable base, TableKey key, WriteOptions options) {
    BaseTable table = tables.open(base);
    Expression range = key.range(session, rows);
    AffectedFiles affected =
        AffectedFiles.find(
            session,
            TableRelation.of(table, range),
            candidates ->
                "SELECT o.%s FROM %s AS o SEMI JOIN %s AS n ON %s"
                    .formatted(TableRelation.FILE, candidates, rows, key.equal("o", "n")));
    WrittenFiles written = new DataFileWriter(table).write(session, select(table, key, affected));
    return commit(base, options, affected, written, range);
  }

  private String select(BaseTable table, TableKey key, AffectedFiles affected) {
    String columns = columns(table);
    String fresh = "SELECT " + columns + " FROM " + rows;
    if (affected.partly().isEmpty()) {
      return fresh;
    }
    String view = session.freshName("rewritten");
    TableRelation.of(table, affected.partly()).register(session, view);
    return "SELECT %s FROM %s AS o ANTI JOIN %s AS n ON %s UNION ALL %s"
        .formatted(columns, SqlText.name(view), rows, key.equal("o", "n"), fresh);
  }

  private static String columns(BaseTable table) {
    return table.schema().columns().stream()
        .map(Types.NestedField::name)
        .map(SqlText::name)
        .collect(Collectors.joining(", "));
  }

  private ChangeResult commit(
      LoadedTable base,
      WriteOptions options,
      AffectedFiles affected,
      WrittenFiles written,
      Expression range) {
    long added = session.query("SELECT count(*) FROM " + rows, r -> r.next() ? r.getLong(1) : 0L);
    if (added == 0) {
      return ChangeResult.NONE;
    }
    String message =
        "upsert %,d rows into %s, %,d of them new"
            .formatted(added, base.name(), added - affected.rows());
    Replacement replacement =
        new Replacement(base, affected.all(), written, range, Replacement.Appends.CONFLICT);
    return new ChangeResult(
        replacement.commit(tables, options.withDefaultMessage(message)),
        affected.rows(),
        added,
        affected.all().size(),
        written.files().size());
  }
}
