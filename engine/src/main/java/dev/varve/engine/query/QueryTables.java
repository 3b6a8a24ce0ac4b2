package dev.varve.engine.query;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/** Where queries find their tables. */
interface QueryTables {
  /** The commit that a revision names. */
  ObjectId commit(Revision revision);

  /** The table with these name elements, at a commit. */
  Optional<QueryTable> find(ObjectId commit, List<String> path);

  /** The tables at a commit by the elements of their names, in order, {@code limit} at most. */
  List<List<String>> paths(ObjectId commit, int limit);

  /** The dialects of the view with these name elements, if there is one; queries cannot use it. */
  default Optional<List<String>> viewDialects(ObjectId commit, List<String> path) {
    return Optional.empty();
  }

  /** A table as it stood at a commit. */
  record QueryTable(String name, TableMetadata metadata, FileIO io) {}
}
