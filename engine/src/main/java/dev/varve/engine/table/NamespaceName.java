package dev.varve.engine.table;

import dev.varve.catalog.tree.Key;
import java.util.List;
import java.util.Optional;

/**
 * The name of a namespace: a path of one element or more.
 *
 * @param key the namespace's key in the tree
 */
public record NamespaceName(Key key) implements Comparable<NamespaceName> {
  /** Where tables with a bare name live. It always exists. */
  public static final NamespaceName DEFAULT = new NamespaceName(Key.of("default"));

  /**
   * Reads elements joined by dots, with double quotes around odd ones.
   *
   * @throws dev.varve.catalog.error.VarveException if an element is empty or a quote is not closed
   */
  public static NamespaceName parse(String text) {
    return new NamespaceName(Key.of(ElementNames.parse(text)));
  }

  /** The namespace that holds this one; empty for one of the first level. */
  public Optional<NamespaceName> parent() {
    List<String> elements = key.elements();
    return elements.size() == 1
        ? Optional.empty()
        : Optional.of(new NamespaceName(Key.of(elements.subList(0, elements.size() - 1))));
  }

  @Override
  public int compareTo(NamespaceName other) {
    return key.compareTo(other.key);
  }

  /** The text that {@link #parse} reads back. */
  @Override
  public String toString() {
    return ElementNames.print(key.elements());
  }
}
