package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;

/** A file of base and one of a side that probably took its place. Neither has deletes. */
record FilePair(ScanFile base, ScanFile side) {
  /** By what files are paired: the number of their rows, and the bounds of their keys. */
  private record Likeness(long rows, List<ByteBuffer> bounds) {}

  /** The pairs among some files, in the order of base's; a file is in one pair at most. */
  static List<FilePair> among(List<ScanFile> base, List<ScanFile> side, List<Integer> key) {
    Map<Likeness, Optional<ScanFile>> replaced = byLikeness(base, key);
    Map<Likeness, Optional<ScanFile>> replacing = byLikeness(side, key);
    List<FilePair> pairs = new ArrayList<>();
    replaced.forEach(
        (likeness, file) ->
            file.ifPresent(
                was ->
                    replacing
                        .getOrDefault(likeness, Optional.empty())
                        .ifPresent(is -> pairs.add(new FilePair(was, is)))));
    return pairs;
  }

  /** Files that are alike are none to be paired, as nothing tells which is which. */
  private static Map<Likeness, Optional<ScanFile>> byLikeness(
      List<ScanFile> files, List<Integer> key) {
    Map<Likeness, Optional<ScanFile>> found = new LinkedHashMap<>();
    for (ScanFile file : files) {
      if (file.deletes().isEmpty()) {
        likeness(file.file(), key)
            .ifPresent(it -> found.merge(it, Optional.of(file), (one, other) -> Optional.empty()));
      }
    }
    return found;
  }

  private static Optional<Likeness> likeness(DataFile file, List<Integer> key) {
    List<ByteBuffer> bounds = new ArrayList<>();
    for (Map<Integer, ByteBuffer> side : bounds(file)) {
      for (int id : key) {
        ByteBuffer bound = side.get(id);
        if (bound == null) {
          return Optional.empty();
        }
        bounds.add(bound);
      }
    }
    return Optional.of(new Likeness(file.recordCount(), bounds));
  }

  private static List<Map<Integer, ByteBuffer>> bounds(DataFile file) {
    return List.of(
        Optional.ofNullable(file.lowerBounds()).orElse(Map.of()),
        Optional.ofNullable(file.upperBounds()).orElse(Map.of()));
  }
}
