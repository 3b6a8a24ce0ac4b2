package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A file of base and those of both sides that probably took its place; ours may have it still. None
 * has deletes.
 */
record FileTriple(ScanFile base, ScanFile ours, ScanFile theirs) {
  /** The triples among some files, in the order of base's; a file is in one at most. */
  static List<FileTriple> among(DifferingFiles files, List<Integer> key) {
    if (files.lostByTheirs().size() != 1) {
      return List.of();
    }
    List<ScanFile> base = files.lostByTheirs().get(0).files();
    Map<String, FilePair> ours =
        FilePair.among(base, files.oursNew().files(), key).stream()
            .collect(Collectors.toMap(pair -> pair.base().file().location(), Function.identity()));
    files
        .oursKept()
        .files()
        .forEach(kept -> ours.put(kept.file().location(), new FilePair(kept, kept)));
    List<FileTriple> triples = new ArrayList<>();
    for (FilePair theirs : FilePair.among(base, files.theirsNew().files(), key)) {
      FilePair pair = ours.get(theirs.base().file().location());
      if (pair != null) {
        triples.add(new FileTriple(theirs.base(), pair.side(), theirs.side()));
      }
    }
    return triples;
  }

  /** The file of a state. */
  ScanFile of(State state) {
    return switch (state) {
      case BASE -> base;
      case OURS -> ours;
      case THEIRS -> theirs;
    };
  }
}
