package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.TableRelation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;

/**
 * Makes views of files of a table's states, all in the columns of one schema.
 *
 * @param session has the views, under names that nothing else has
 * @param io reads deletion vectors
 */
record StateViews(DuckSession session, FileIO io, Schema schema) {
  /** A view of files of one state. */
  String of(StateFiles part) {
    String view = session.freshName("__varve_part");
    relation(part).register(session, view);
    return view;
  }

  /**
   * A view of files of several states.
   *
   * @param parts at least one, which may have no files
   */
  String of(List<StateFiles> parts) {
    List<String> views = new ArrayList<>();
    parts.forEach(part -> views.add(of(part)));
    if (views.size() == 1) {
      return views.get(0);
    }
    String view = session.freshName("__varve_parts");
    session.execute(
        "CREATE TEMP VIEW %s AS %s"
            .formatted(
                view,
                views.stream()
                    .map(part -> "SELECT * FROM " + part)
                    .collect(Collectors.joining(" UNION ALL "))));
    return view;
  }

  /** A view of a relation that this made, or one like it. */
  String of(TableRelation relation) {
    String view = session.freshName("__varve_rows");
    relation.register(session, view);
    return view;
  }

  /** The rows of files with the places where they lie. */
  TableRelation positioned(StateFiles part) {
    return relation(part).withPositions();
  }

  private TableRelation relation(StateFiles part) {
    return TableRelation.of(part.state(), io, part.files()).as(schema);
  }
}
