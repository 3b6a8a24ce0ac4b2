package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.write.ChunkedFile;
import dev.varve.engine.write.SplicedFile;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * A file of ours that takes columns from the one of theirs, as no row moved in either.
 *
 * @param columns the field ids of the columns that theirs changed and ours did not, which may be
 *     none
 * @param rows how many rows theirs changed
 */
record Taking(FileTriple files, Set<Integer> columns, long rows) {
  Taking {
    columns = Set.copyOf(columns);
  }

  Taking withRows(long count) {
    return new Taking(files, columns, count);
  }

  ScanFile base() {
    return files.base();
  }

  ScanFile ours() {
    return files.ours();
  }

  ScanFile theirs() {
    return files.theirs();
  }

  SplicedFile spliced() {
    return new SplicedFile(
        ours().file(), columns.stream().collect(Collectors.toMap(id -> id, id -> theirs().file())));
  }

  /**
   * What a file of ours may take, with its rows not counted yet; empty if rows may have moved or
   * have to, or both sides changed a column, or a file cannot be read, which the comparison of rows
   * will tell.
   *
   * @param target the merged table
   * @param copies have the three files
   */
  static Optional<Taking> of(
      FileTriple triple, RowColumns columns, Table target, LocalCopies copies) {
    if (!areReadable(triple) || !haveThePartition(triple, target)) {
      return Optional.empty();
    }
    try (ChunkedFile base = open(triple.base(), copies);
        ChunkedFile ours = open(triple.ours(), copies);
        ChunkedFile theirs = open(triple.theirs(), copies)) {
      return new Chunks(base, ours, theirs, columns)
          .columnsThatOnlyTheirsChanged()
          .filter(changed -> leaveRowsWhereTheyAre(changed, triple.ours().file(), target))
          .map(changed -> new Taking(triple, changed, 0));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ChunkedFile open(ScanFile file, LocalCopies copies) throws IOException {
    return ChunkedFile.open(copies.path(file.file().location()));
  }

  private static boolean areReadable(FileTriple triple) {
    return Stream.of(triple.base(), triple.ours(), triple.theirs())
        .map(ScanFile::file)
        .allMatch(file -> file.format() == FileFormat.PARQUET && file.keyMetadata() == null);
  }

  /** Whether the files are in one partition, of the spec that the table is written in now. */
  private static boolean haveThePartition(FileTriple triple, Table target) {
    PartitionSpec spec = target.spec();
    return Stream.of(triple.base(), triple.ours(), triple.theirs())
        .map(ScanFile::file)
        .allMatch(
            file ->
                file.specId() == spec.specId()
                    && Comparators.forType(spec.partitionType())
                            .compare(file.partition(), triple.ours().file().partition())
                        == 0);
  }

  /** Whether neither the partition of a row nor the order of a file depends on some columns. */
  private static boolean leaveRowsWhereTheyAre(Set<Integer> ids, DataFile file, Table target) {
    Set<Integer> fields =
        target.schema().columns().stream()
            .filter(column -> ids.contains(column.fieldId()))
            .flatMap(column -> TypeUtil.indexById(StructType.of(column)).keySet().stream())
            .collect(Collectors.toSet());
    return target.spec().fields().stream().noneMatch(it -> fields.contains(it.sourceId()))
        && Stream.concat(
                Stream.of(target.sortOrder()),
                Optional.ofNullable(file.sortOrderId()).map(target.sortOrders()::get).stream())
            .flatMap(order -> order.fields().stream())
            .noneMatch(it -> fields.contains(it.sourceId()));
  }

  /** The bytes of the three files. */
  private record Chunks(
      ChunkedFile base, ChunkedFile ours, ChunkedFile theirs, RowColumns columns) {
    /** Empty if both changed one, or a row may have moved. What footers tell is asked first. */
    Optional<Set<Integer>> columnsThatOnlyTheirsChanged() throws IOException {
      if (!haveTheSameColumnsAndRowGroups() || footersTellOfMore()) {
        return Optional.empty();
      }
      for (int id : fixed()) {
        if (!base.hasColumnOf(theirs, id) || !base.hasColumnOf(ours, id)) {
          return Optional.empty();
        }
      }
      Set<Integer> changed = new TreeSet<>();
      for (int id : cells()) {
        if (!base.hasColumnOf(theirs, id)) {
          if (!base.hasColumnOf(ours, id)) {
            return Optional.empty();
          }
          changed.add(id);
        }
      }
      return Optional.of(changed);
    }

    private boolean haveTheSameColumnsAndRowGroups() {
      return !base.columns().isEmpty()
          && Stream.of(ours, theirs)
              .allMatch(side -> base.columns().equals(side.columns()) && base.hasRowGroupsOf(side));
    }

    /** Whether a fixed column changed, or both sides changed another. */
    private boolean footersTellOfMore() {
      return fixed().stream()
              .anyMatch(id -> !base.mayHaveColumnOf(theirs, id) || !base.mayHaveColumnOf(ours, id))
          || cells().stream()
              .anyMatch(id -> !base.mayHaveColumnOf(theirs, id) && !base.mayHaveColumnOf(ours, id));
    }

    /** The columns that hold no part of the key. */
    private Set<Integer> cells() {
      return columns.all().stream()
          .filter(column -> !columns.holdsKey(column))
          .map(NestedField::fieldId)
          .filter(base.columns()::containsKey)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The columns that no side may have changed: those of the key, and those that are none of the
     * table's. With row lineage, these say which rows they are and when each was updated: of a row
     * that only theirs updated, ours' file says that it was not.
     */
    private Set<Integer> fixed() {
      Set<Integer> fixed = new TreeSet<>(base.columns().keySet());
      fixed.removeAll(cells());
      return fixed;
    }
  }
}
