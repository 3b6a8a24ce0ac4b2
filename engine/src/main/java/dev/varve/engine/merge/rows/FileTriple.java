package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, ScanFile> ours = new HashMap<>();
    FilePair.among(base, files.oursNew().files(), key)
        .forEach(pair -> ours.put(pair.base().file().location(), pair.side()));
    files.oursKept().files().forEach(kept -> ours.put(kept.file().location(), kept));
    List<FileTriple> triples = new ArrayList<>();
    for (FilePair pair : FilePair.among(base, files.theirsNew().files(), key)) {
      ScanFile mine = ours.get(pair.base().file().location());
      if (mine != null) {
        triples.add(new FileTriple(pair.base(), mine, pair.side()));
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
