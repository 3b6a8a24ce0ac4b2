package dev.varve.catalog.tree;

import java.util.Optional;

/**
 * One change of a tree.
 *
 * @param content what will be at {@code key}, or empty if nothing
 */
public record TreeEdit(Key key, Optional<Content> content) {

  public static TreeEdit put(Key key, Content content) {
    return new TreeEdit(key, Optional.of(content));
  }

  public static TreeEdit remove(Key key) {
    return new TreeEdit(key, Optional.empty());
  }
}
