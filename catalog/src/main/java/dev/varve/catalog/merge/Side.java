package dev.varve.catalog.merge;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Tree;
import java.util.Optional;
import java.util.function.Function;

/**
 * One side of a merge.
 *
 * @param commit what its versions are said to come from
 * @param values loads a content's bytes
 */
record Side(ObjectId commit, Tree tree, Function<ObjectId, byte[]> values) {

  Optional<ContentVersion> version(Optional<Located> located) {
    return located.map(at -> new ContentVersion(at.key(), at.content(), commit, values));
  }
}
