package dev.varve.engine.table;

import dev.varve.catalog.tree.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of a table in a lake: its namespace and its own name, as the key in the tree.
 *
 * <p>Every table has a namespace. A bare name means the namespace {@code default}, and a table of
 * that namespace is printed bare: {@code flights} is the key {@code [default, flights]}.
 *
 * @param key two elements or more
 */
public record TableName(Key key) implements Comparable<TableName> {
  public TableName {
    if (key.elements().size() < 2) {
      throw TableErrors.invalidName("a table's key has a namespace and a name: " + key);
    }
  }

  /**
   * Reads {@code name}, {@code namespace.name} or {@code a.b.name}; an element with a dot, a quote
   * or a space stands in double quotes.
   *
   * @throws dev.varve.catalog.error.VarveException if an element is empty or a quote is not closed
   */
  public static TableName parse(String text) {
    List<String> elements = ElementNames.parse(text);
    return elements.size() == 1
        ? of(NamespaceName.DEFAULT, elements.get(0))
        : new TableName(Key.of(elements));
  }

  /** The table {@code name} of {@code namespace}. */
  public static TableName of(NamespaceName namespace, String name) {
    List<String> elements = new ArrayList<>(namespace.key().elements());
    elements.add(name);
    return new TableName(Key.of(elements));
  }

  public NamespaceName namespace() {
    List<String> elements = key.elements();
    return new NamespaceName(Key.of(elements.subList(0, elements.size() - 1)));
  }

  /** The last element, without quotes. */
  public String name() {
    return key.name();
  }

  @Override
  public int compareTo(TableName other) {
    return key.compareTo(other.key);
  }

  /** The text that {@link #parse} reads back. */
  @Override
  public String toString() {
    return namespace().equals(NamespaceName.DEFAULT)
        ? ElementNames.print(List.of(name()))
        : ElementNames.print(key.elements());
  }
}
