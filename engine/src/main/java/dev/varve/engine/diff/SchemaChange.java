package dev.varve.engine.diff;

import java.util.Optional;

/**
 * One change of one column, by its field id.
 *
 * <p>Paths are the full names of nested columns, their parts joined by dots; the parts {@code
 * element}, {@code key} and {@code value} stand for what lists and maps hold. A path is the one
 * after the change, unless the column is gone.
 */
public sealed interface SchemaChange {
  /** The column's field id: the same before and after, and on every branch. */
  int id();

  /** The column's full name after the change, or before it when the column was dropped. */
  String path();

  /** A new column. What a new struct, list or map holds is part of its type, not listed again. */
  record Added(int id, String path, String type, boolean required, Optional<String> doc)
      implements SchemaChange {}

  /** A column that is gone, with all that it held. */
  record Dropped(int id, String path, String type) implements SchemaChange {}

  /** A column with a new name; {@code from} is its full name before. */
  record Renamed(int id, String from, String path) implements SchemaChange {}

  /** A column of another type, such as a widened one. */
  record Retyped(int id, String path, String from, String to) implements SchemaChange {}

  /** A column that became optional or required. */
  record Required(int id, String path, boolean required) implements SchemaChange {}

  /** A column whose text of documentation changed; empty means none. */
  record Documented(int id, String path, Optional<String> from, Optional<String> to)
      implements SchemaChange {}

  /** A column whose value for new rows changed; empty means none. */
  record Defaulted(int id, String path, Optional<String> from, Optional<String> to)
      implements SchemaChange {}

  /** A column that stands elsewhere among its siblings; empty means that it is now the first. */
  record Moved(int id, String path, Optional<String> after) implements SchemaChange {}
}
