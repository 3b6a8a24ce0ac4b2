package dev.varve.engine.change;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Quantity;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Types;

/**
 * Puts rows into a table by key: a row that has the key of an old one takes its place, but for the
 * columns that it does not say anything about.
 *
 * @param tables the lake's tables
 * @param session holds the rows
 * @param rows a relation of the session, as SQL, with the table's columns; its keys are unique
 * @param kept the columns whose values in {@code rows} are for new keys only; with an old key, the
 *     old value stays
 */
public record Upsert(
    Tables tables, DuckSession session, String rows, List<Types.NestedField> kept) {
  public Upsert {
    kept = List.copyOf(kept);
  }

  /**
   * A change whose files are written, and that no commit names yet.
   *
   * @param replacement to be committed, or its added files to be discarded
   * @param rows how many rows are put in
   * @param replaced how many they replace
   * @param message what it does
   */
  public record Pending(Replacement replacement, long rows, long replaced, String message) {
    /**
     * Commits it, or deletes the files.
     *
     * @throws VarveException with a conflict if the table changed meanwhile in a way that
     *     contradicts it; nothing was committed
     */
    public ChangeResult commit(Tables tables, WriteOptions options) {
      WrittenFiles written = replacement.added();
      return new ChangeResult(
          replacement.commit(tables, options.withDefaultMessage(message)),
          replaced,
          rows,
          replacement.removed().size(),
          written.files().size(),
          written.bytes());
    }
  }

  /**
   * Computes the change on {@code base}; empty if there are no rows.
   *
   * @throws VarveException if a new row lacks what the table requires, or it is not clear which old
   *     row's values are to stay; no file is left behind
   */
  public Optional<Pending> write(LoadedTable base, TableKey key) {
    long count = session.query("SELECT count(*) FROM " + rows, r -> r.next() ? r.getLong(1) : 0L);
    if (count == 0) {
      return Optional.empty();
    }
    BaseTable table = tables.open(base);
    Expression range = key.range(session, rows);
    OldRows old = OldRows.find(session, key, TableRelation.of(table, range), rows, kept);
    requireKept(old, base);
    long fresh = count - old.keys();
    WrittenFiles written = new DataFileWriter(table).write(session, select(table, old));
    Replacement replacement =
        new Replacement(base, old.files().all(), written, range, Replacement.Appends.CONFLICT);
    String message =
        "upsert %s into %s, %,d of them new"
            .formatted(Quantity.of(count, "row"), base.name(), fresh);
    return Optional.of(new Pending(replacement, count, old.files().rows(), message));
  }

  private void requireKept(OldRows old, LoadedTable base) {
    if (kept.isEmpty()) {
      return;
    }
    old.repeated()
        .ifPresent(
            group -> {
              throw ambiguous(group, base);
            });
    List<Types.NestedField> required =
        kept.stream().filter(c -> c.isRequired() && c.writeDefault() == null).toList();
    if (!required.isEmpty()) {
      old.missing(rows)
          .ifPresent(
              group -> {
                throw incomplete(required, group, base);
              });
    }
  }

  private VarveException ambiguous(TableKey.Group group, LoadedTable base) {
    String noun = Quantity.noun(kept.size(), "column");
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "cannot keep %s %s, which the file lacks: %s of '%s' have the key %s"
            .formatted(
                noun, names(kept), Quantity.of(group.rows(), "row"), base.name(), group.key()),
        "nothing was committed; add the %s to the file, or choose other key columns"
            .formatted(noun),
        Map.of("table", base.name().toString(), "value", group.key()),
        null);
  }

  private static VarveException incomplete(
      List<Types.NestedField> required, TableKey.Group group, LoadedTable base) {
    String noun = Quantity.noun(required.size(), "column");
    return new VarveException(
        ErrorCode.INVALID_SCHEMA,
        "the file has no %s %s, which '%s' requires of its %s, such as %s"
            .formatted(
                noun,
                names(required),
                base.name(),
                Quantity.of(group.rows(), "new row"),
                group.key()),
        "nothing was committed; add the %s to the file, or leave out the new rows".formatted(noun),
        Map.of("table", base.name().toString(), "value", group.key()),
        null);
  }

  private static String names(List<Types.NestedField> columns) {
    return ColumnNames.quoted(columns.stream().map(Types.NestedField::name).toList());
  }

  /** The new rows, and those that stay of the files that hold old ones. */
  private String select(BaseTable table, OldRows old) {
    List<Types.NestedField> columns = table.schema().columns();
    String fresh = fresh(columns, old);
    if (old.files().partly().isEmpty()) {
      return fresh;
    }
    String view = session.freshName("rewritten");
    TableRelation.of(table, old.files().partly()).register(session, view);
    String staying =
        columns.stream()
            .map(column -> SqlText.name(column.name()))
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM %s AS o ANTI JOIN %s AS n ON %s UNION ALL %s"
        .formatted(staying, SqlText.name(view), rows, old.key().equal("o", "n"), fresh);
  }

  private String fresh(List<Types.NestedField> columns, OldRows old) {
    boolean joined = !kept.isEmpty() && !old.files().isEmpty();
    String from =
        joined
            ? " FROM %s AS n LEFT JOIN %s AS o ON %s"
                .formatted(rows, old.relation(), old.key().equal("n", "o"))
            : " FROM " + rows + " AS n";
    return columns.stream()
        .map(column -> value(column, joined && kept.contains(column)))
        .collect(Collectors.joining(", ", "SELECT ", from));
  }

  private static String value(Types.NestedField column, boolean kept) {
    String name = SqlText.name(column.name());
    return kept
        ? "CASE WHEN o.%s IS NULL THEN n.%s ELSE o.%s END AS %s"
            .formatted(TableRelation.FILE, name, name, name)
        : "n." + name;
  }
}
