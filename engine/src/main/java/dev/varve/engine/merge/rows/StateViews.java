package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.TableRelation;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;

/**
 * Inline views of files of a table's states, all in the columns of one schema: what stands behind
 * FROM. To give a view a name takes as long as a small statement, and few statements read it.
 *
 * @param session holds the files
 * @param io reads deletion vectors
 */
record StateViews(DuckSession session, FileIO io, Schema schema) {
  /** A view of files of one state. */
  String of(StateFiles part) {
    return of(relation(part));
  }

  /**
   * A view of files of several states.
   *
   * @param parts at least one, which may have no files
   */
  String of(List<StateFiles> parts) {
    return parts.size() == 1
        ? of(parts.get(0))
        : parts.stream()
            .map(part -> "SELECT * FROM " + of(part))
            .collect(Collectors.joining(" UNION ALL ", "(", ")"));
  }

  /** A view of a relation that this made, or one like it. */
  String of(TableRelation relation) {
    return relation.in(session);
  }

  /** The rows of files with the places where they lie. */
  TableRelation positioned(StateFiles part) {
    return relation(part).withPositions();
  }

  private TableRelation relation(StateFiles part) {
    return TableRelation.of(part.state(), io, part.files()).as(schema);
  }
}
