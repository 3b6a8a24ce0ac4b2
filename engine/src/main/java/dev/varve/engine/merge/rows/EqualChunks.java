package dev.varve.engine.merge.rows;

import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.write.ChunkedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the columns that did not change because files hold them byte for byte as before. */
final class EqualChunks {
  private EqualChunks() {}

  /**
   * The field ids of the top-level columns that are equal in each of some pairs.
   *
   * @param ids the columns that are asked for
   * @param copies have the files of the pairs
   */
  static Set<Integer> columns(List<FilePair> pairs, Collection<Integer> ids, LocalCopies copies) {
    Set<Integer> equal = new HashSet<>(ids);
    try {
      for (FilePair pair : pairs) {
        if (equal.isEmpty()) {
          break;
        }
        retain(equal, pair, copies);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare the bytes of data files", e);
    }
    return equal;
  }

  private static void retain(Set<Integer> equal, FilePair pair, LocalCopies copies)
      throws IOException {
    try (ChunkedFile was = ChunkedFile.open(copies.path(pair.base().file().location()));
        ChunkedFile is = ChunkedFile.open(copies.path(pair.side().file().location()))) {
      if (!was.hasRowGroupsOf(is)) {
        equal.clear();
      }
      for (int id : List.copyOf(equal)) {
        if (!was.hasColumnOf(is, id)) {
          equal.remove(id);
        }
      }
    }
  }
}
