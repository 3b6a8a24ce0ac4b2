package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** The files that ours wrote: not those of base to which other deletes apply there. */
  public StateFiles oursWritten() {
    return without(oursNew, locations(lostByOurs));
  }

  /** As {@link #oursWritten}, of theirs. */
  public StateFiles theirsWritten() {
    return without(theirsNew, locations(lostByTheirs));
  }

  /** The files that ours lost and theirs has as base has them. */
  public List<StateFiles> theirsKept() {
    Set<String> lost = locations(lostByTheirs);
    return lostByOurs.stream()
        .map(part -> without(part, lost))
        .filter(part -> !part.files().isEmpty())
        .toList();
  }

  /** The files of base that either side lost, each once. */
  public List<StateFiles> lost() {
    return Stream.concat(lostByTheirs.stream(), theirsKept().stream()).toList();
  }

  private static Set<String> locations(List<StateFiles> parts) {
    return parts.stream()
        .flatMap(part -> part.files().stream())
        .map(file -> file.file().location())
        .collect(Collectors.toSet());
  }

  private static StateFiles without(StateFiles part, Set<String> locations) {
    return new StateFiles(
        part.state(),
        part.files().stream().filter(it -> !locations.contains(it.file().location())).toList());
  }
}
