package dev.varve.engine.change;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One change to the shape of a table. Nested columns are named by paths with dots; types are as
 * {@link dev.varve.engine.layout.TypeText} reads them.
 */
public sealed interface Alteration {
  /**
   * A new optional column.
   *
   * @param after the column that the new one stands behind; empty for the end
   */
  record AddColumn(String column, String type, Optional<String> after, Optional<String> doc)
      implements Alteration {}

  record DropColumn(String column) implements Alteration {}

  /**
   * Another name for a column, which stays the same one.
   *
   * @param to the new name, without the path
   */
  record RenameColumn(String column, String to) implements Alteration {}

  /** To a type that holds all values of the old one. */
  record WidenColumn(String column, String type) implements Alteration {}

  /**
   * Another place for a column.
   *
   * @param after the column that it stands behind from now on; empty for the first place
   */
  record MoveColumn(String column, Optional<String> after) implements Alteration {}

  /**
   * What a column means.
   *
   * @param doc empty to have none
   */
  record DescribeColumn(String column, Optional<String> doc) implements Alteration {}

  /** Lets a required column be null. */
  record MakeOptional(String column) implements Alteration {}

  /** For rows written from now on; no fields for none. */
  record PartitionBy(List<String> fields) implements Alteration {}

  /** For rows written from now on; no fields for none. */
  record SortBy(List<String> fields) implements Alteration {}

  /**
   * The identifier fields; none for no key. The columns are required from then on, so all rows must
   * have values in them, and no two the same.
   */
  record SetKey(List<String> columns) implements Alteration {}

  record SetProperties(Map<String, String> properties) implements Alteration {}

  record RemoveProperties(Set<String> names) implements Alteration {}
}
