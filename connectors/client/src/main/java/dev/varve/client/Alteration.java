package dev.varve.client;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One change to the shape of a table, for {@link Tables#alter}. A field of a struct is named by its
 * path, with dots; types are written as in SQL or Iceberg.
 */
public sealed interface Alteration {
  /**
   * A new column, in which rows that are there have no value.
   *
   * @param after the column behind which it is put; if empty, it is the last
   * @param doc what it holds
   */
  record AddColumn(String column, String type, Optional<String> after, Optional<String> doc)
      implements Alteration {}

  /** A column that is wanted no more; older commits still have it. */
  record DropColumn(String column) implements Alteration {}

  /**
   * Another name for a column, which stays the same one.
   *
   * @param to the new name; that of a field without the path
   */
  record RenameColumn(String column, String to) implements Alteration {}

  /** To a type that holds all values of the old one. */
  record WidenColumn(String column, String type) implements Alteration {}

  /**
   * Another place for a column.
   *
   * @param after the column behind which it is put; if empty, it is the first
   */
  record MoveColumn(String column, Optional<String> after) implements Alteration {}

  /**
   * What a column holds.
   *
   * @param doc empty to say nothing of it any more
   */
  record DescribeColumn(String column, Optional<String> doc) implements Alteration {}

  /** Lets a required column be without a value. */
  record MakeOptional(String column) implements Alteration {}

  /**
   * How new files are partitioned; files that are there stay as they are.
   *
   * @param fields Iceberg transforms, as for {@link Tables.Layout}; none for no partitions
   */
  record PartitionBy(List<String> fields) implements Alteration {
    public PartitionBy {
      fields = List.copyOf(fields);
    }
  }

  /**
   * How rows are sorted in new files; files that are there stay as they are.
   *
   * @param fields columns, as for {@link Tables.Layout}; none for no order
   */
  record SortBy(List<String> fields) implements Alteration {
    public SortBy {
      fields = List.copyOf(fields);
    }
  }

  /**
   * Which columns name a row from now on. Rows that are there must have values in them, no two the
   * same.
   *
   * @param columns none for no key
   */
  record SetKey(List<String> columns) implements Alteration {
    public SetKey {
      columns = List.copyOf(columns);
    }
  }

  /** Properties to add, or to give another value. */
  record SetProperties(SortedMap<String, String> properties) implements Alteration {
    public SetProperties {
      properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    }
  }

  /** Properties to take away, if they are there. */
  record RemoveProperties(List<String> names) implements Alteration {
    public RemoveProperties {
      names = List.copyOf(names);
    }
  }

  /** The operation as the API names it, which is how the record is named: {@code add-column}. */
  default String op() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
