package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files by which two sides differ from their base. A file differs if it is not on both, or if
 * other deletes apply to it. What is not listed here is alike on all three sides and is not read.
 *
 * @param lostByTheirs files of base, as base has them, that theirs does not have so
 * @param theirsNew files of theirs that base does not have so
 * @param lostByOurs as {@code lostByTheirs}, of ours
 * @param oursNew as {@code theirsNew}, of ours
 * @param oursKept those of {@code lostByTheirs} that ours has as base had them
 */
public record DifferingFiles(
    List<StateFiles> lostByTheirs,
    StateFiles theirsNew,
    List<StateFiles> lostByOurs,
    StateFiles oursNew,
    StateFiles oursKept) {
  public DifferingFiles {
    lostByTheirs = List.copyOf(lostByTheirs);
    lostByOurs = List.copyOf(lostByOurs);
  }

  /** The files of ours in which all rows lie that theirs changed. */
  public StateFiles oursAffected() {
    List<ScanFile> files = new ArrayList<>(oursNew.files());
    files.addAll(oursKept.files());
    return new StateFiles(oursNew.state(), files);
  }

  /** The files of base that either side lost, each once. */
  public List<StateFiles> lost() {
    Set<String> seen = new HashSet<>();
    List<StateFiles> lost = new ArrayList<>();
    for (StateFiles part : lostByTheirs) {
      part.files().forEach(file -> seen.add(file.file().location()));
      lost.add(part);
    }
    for (StateFiles part : lostByOurs) {
      lost.add(
          new StateFiles(
              part.state(),
              part.files().stream().filter(file -> seen.add(file.file().location())).toList()));
    }
    return lost;
  }
}
