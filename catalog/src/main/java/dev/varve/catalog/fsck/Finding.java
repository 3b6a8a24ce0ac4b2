package dev.varve.catalog.fsck;

import dev.varve.catalog.object.ObjectId;
import java.util.Optional;

/**
 * One thing that is wrong.
 *
 * @param message what is wrong with which thing
 * @param object the object concerned, if one is
 * @param kind what the object is or should be, such as {@code commit}
 * @param place what leads to it
 */
public record Finding(
    Damage damage, String message, Optional<ObjectId> object, Optional<String> kind, Place place) {

  /**
   * How one gets to what is wrong.
   *
   * @param ref the branch, tag or reflog where the walk came from, such as {@code branch 'main'}
   * @param commit the first commit on the way that leads to it
   * @param key the key in that commit's tree
   */
  public record Place(Optional<String> ref, Optional<ObjectId> commit, Optional<String> key) {
    static final Place NOWHERE = new Place(Optional.empty(), Optional.empty(), Optional.empty());

    static Place of(String ref) {
      return new Place(Optional.of(ref), Optional.empty(), Optional.empty());
    }

    Place at(ObjectId newCommit) {
      return new Place(ref, Optional.of(newCommit), key);
    }

    Place at(String newKey) {
      return new Place(ref, commit, Optional.of(newKey));
    }
  }
}
