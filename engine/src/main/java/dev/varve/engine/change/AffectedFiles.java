package dev.varve.engine.change;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The data files that hold rows which a statement changes or removes. */
final class AffectedFiles {
  private record Affected(ScanFile file, long rows) {
    /** Whether some rows of the file may stay. */
    boolean isPart() {
      return rows < file.file().recordCount();
    }
  }

  private final List<Affected> files;

  private AffectedFiles(List<Affected> files) {
    this.files = List.copyOf(files);
  }

  /**
   * Reads the candidates once, for the files in which the rows lie.
   *
   * @param rows makes, from the SQL of the candidates as a relation, a query for the affected rows
   *     with their {@link TableRelation#FILE}
   */
  static AffectedFiles find(
      DuckSession session, TableRelation candidates, UnaryOperator<String> rows) {
    if (candidates.files().isEmpty()) {
      return new AffectedFiles(List.of());
    }
    String view = session.freshName("candidates");
    candidates.withPositions().register(session, view);
    String counts =
        "SELECT %1$s, count(*) FROM (%2$s) GROUP BY 1"
            .formatted(TableRelation.FILE, rows.apply(SqlText.name(view)));
    Map<String, Long> byLocation =
        WholeResult.query(
            session,
            counts,
            result -> {
              Map<String, Long> found = new HashMap<>();
              while (result.next()) {
                found.put(result.getString(1), result.getLong(2));
              }
              return found;
            });
    return of(candidates.files(), byLocation);
  }

  private static AffectedFiles of(List<ScanFile> candidates, Map<String, Long> rows) {
    List<Affected> affected = new ArrayList<>();
    for (ScanFile file : candidates) {
      Long count = rows.get(file.file().location());
      if (count != null) {
        affected.add(new Affected(file, count));
      }
    }
    return new AffectedFiles(affected);
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** How many rows are affected. */
  long rows() {
    return files.stream().mapToLong(Affected::rows).sum();
  }

  List<ScanFile> all() {
    return files.stream().map(Affected::file).toList();
  }

  /** The files that hold other rows as well. */
  List<ScanFile> partly() {
    return files.stream().filter(Affected::isPart).map(Affected::file).toList();
  }
}
