package dev.varve.engine.change;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * The rows of a table whose key one of the new rows has.
 *
 * @param files where they lie
 * @param relation a temporary table with their {@link TableRelation#FILE}, their key, and the
 *     columns that they keep; there is none without files
 */
record OldRows(DuckSession session, TableKey key, AffectedFiles files, String relation) {
  /**
   * Reads the candidates once.
   *
   * @param rows the new rows, a relation as SQL
   * @param kept the columns that an old row keeps when a new one takes its place
   */
  static OldRows find(
      DuckSession session,
      TableKey key,
      TableRelation candidates,
      String rows,
      List<Types.NestedField> kept) {
    String relation = SqlText.name(session.freshName("old"));
    String columns =
        Stream.concat(key.names().stream(), kept.stream().map(Types.NestedField::name))
            .map(name -> "o." + SqlText.name(name))
            .collect(Collectors.joining(", ", "o." + TableRelation.FILE + ", ", ""));
    AffectedFiles files =
        AffectedFiles.find(
            session,
            candidates,
            all -> {
              session.execute(
                  "CREATE TEMP TABLE %s AS SELECT %s FROM %s AS o SEMI JOIN %s AS n ON %s"
                      .formatted(relation, columns, all, rows, key.equal("o", "n")));
              return "SELECT " + TableRelation.FILE + " FROM " + relation;
            });
    return new OldRows(session, key, files, relation);
  }

  /** How many keys they have: as many as rows, unless the key is not the table's. */
  long keys() {
    return files.isEmpty()
        ? 0
        : session.query(
            "SELECT count(*) FROM (SELECT DISTINCT %s FROM %s)".formatted(key.list(), relation),
            result -> result.next() ? result.getLong(1) : 0L);
  }

  /** A key that several of them have. */
  Optional<TableKey.Group> repeated() {
    return files.isEmpty() ? Optional.empty() : key.repeated(session, relation);
  }

  /** The rows of {@code rows} that take no old row's place, by one of their keys. */
  Optional<TableKey.Group> missing(String rows) {
    String without =
        files.isEmpty()
            ? rows + " AS n"
            : "%s AS n ANTI JOIN %s AS o ON %s".formatted(rows, relation, key.equal("n", "o"));
    return key.some(session, without);
  }
}
