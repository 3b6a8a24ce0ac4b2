package dev.varve.engine.query;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * A query whose tables are found.
 *
 * @param sql the text to run, in which tables are the names of views
 * @param views the tables by the names of their views
 * @param listing the names that SHOW TABLES gives, where the query has one
 * @param original the place in the user's text of a place in {@code sql}
 */
record BoundQuery(
    String sql,
    Map<String, TableRelation> views,
    Optional<Iterable<String>> listing,
    IntFunction<Optional<TextPosition>> original) {
  /** The view that SHOW TABLES reads. */
  static final String LISTING = "varve_tables";

  /** The files that the query may open. */
  Set<Path> paths() {
    Set<Path> paths = new TreeSet<>();
    views.values().forEach(relation -> paths.addAll(relation.paths()));
    return paths;
  }

  /** Makes the views. */
  void register(DuckSession session) {
    views.forEach((name, relation) -> relation.register(session, name));
    listing.ifPresent(
        names -> {
          StringBuilder rows = new StringBuilder();
          names.forEach(name -> rows.append(", (").append(SqlText.literal(name)).append(')'));
          session.execute(
              "CREATE TEMP VIEW %s AS SELECT name FROM (VALUES (NULL::VARCHAR)%s) AS t (name) WHERE name IS NOT NULL"
                  .formatted(LISTING, rows));
        });
  }
}
