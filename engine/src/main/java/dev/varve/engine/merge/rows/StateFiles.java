package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;

/** Some data files as one state of a table has them, with the deletes that apply there. */
public record StateFiles(TableMetadata state, List<ScanFile> files) {
  public StateFiles {
    files = List.copyOf(files);
  }

  /** How many rows the files hold, those that deletes take away included. */
  public long rows() {
    return files.stream().mapToLong(file -> file.file().recordCount()).sum();
  }

  /** Other files of this state, which some groups of files have. */
  <T> StateFiles with(Collection<T> groups, Function<T, ScanFile> file) {
    return new StateFiles(state, groups.stream().map(file).toList());
  }

  /** Those whose range of keys overlaps with that of one of some others. */
  StateFiles near(StateFiles others, RowColumns columns) {
    Set<String> near =
        new KeyRanges(columns.schema(), columns.keyIds())
            .overlapping(dataFiles(), others.dataFiles()).stream()
                .map(DataFile::location)
                .collect(Collectors.toSet());
    return new StateFiles(
        state, files.stream().filter(it -> near.contains(it.file().location())).toList());
  }

  private List<DataFile> dataFiles() {
    return files.stream().map(ScanFile::file).toList();
  }

  /** These files but for those that some groups of files have. */
  <T> StateFiles without(Collection<T> groups, Function<T, ScanFile> file) {
    Set<String> gone =
        groups.stream()
            .map(group -> file.apply(group).file().location())
            .collect(Collectors.toSet());
    return new StateFiles(
        state, files.stream().filter(it -> !gone.contains(it.file().location())).toList());
  }
}
