package dev.varve.engine.query;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.storage.LocalCopies;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /** Brings the files that the query may open to this machine, all at once. */
  LocalCopies fetch() {
    Map<String, Long> opened = new TreeMap<>();
    views.values().forEach(relation -> opened.putAll(relation.opened()));
    return views.values().stream()
        .findAny()
        .map(TableRelation::localFiles)
        .map(files -> files.fetch(opened))
        .orElseGet(LocalCopies::none);
  }

  /**
   * Makes the views.
   *
   * @param copies as {@link #fetch} gave them
   */
  void register(DuckSession session, LocalCopies copies) {
    views.forEach((name, relation) -> relation.register(session, name, copies));
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
