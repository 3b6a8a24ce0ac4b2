package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.write.ChunkedFile;
import dev.varve.engine.write.ComputedColumns;
import dev.varve.engine.write.SplicedFile;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
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
 * @param taken the field ids of the columns that theirs changed and ours did not, which may be none
 * @param mixed those of the columns that both changed, which may be none
 * @param rows how many rows theirs changed
 * @param coming how many rows of ours change by that
 */
record Taking(FileTriple files, Set<Integer> taken, Set<Integer> mixed, long rows, long coming) {
  Taking {
    taken = Set.copyOf(taken);
    mixed = Set.copyOf(mixed);
  }

  Taking withRows(long changed, long come) {
    return new Taking(files, taken, mixed, changed, come);
  }

  /** Whether both sides changed a column. */
  boolean isMixed() {
    return !mixed.isEmpty();
  }

  /** The columns that theirs changed. */
  boolean changes(NestedField column) {
    return taken.contains(column.fieldId()) || mixed.contains(column.fieldId());
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

  /**
   * The merged file.
   *
   * @param computed the columns that both sides changed
   */
  SplicedFile spliced(Optional<ComputedColumns> computed) {
    return new SplicedFile(
        ours().file(),
        taken.stream().collect(Collectors.toMap(id -> id, id -> theirs().file())),
        computed);
  }

  /**
   * What a file of ours may take, with its rows not counted yet; empty if rows may have moved or
   * have to, or both sides changed a column that cannot be mixed, or a file cannot be read, which
   * the comparison of rows will tell.
   *
   * @param mixable whether cells of a column can be mixed that both sides changed
   * @param target the merged table
   * @param copies have the three files
   */
  static Optional<Taking> of(
      FileTriple triple,
      RowColumns columns,
      Predicate<NestedField> mixable,
      Table target,
      LocalCopies copies) {
    if (!areReadable(triple) || !haveThePartition(triple, target)) {
      return Optional.empty();
    }
    try (ChunkedFile base = open(triple.base(), copies);
        ChunkedFile ours = open(triple.ours(), copies);
        ChunkedFile theirs = open(triple.theirs(), copies)) {
      return new Chunks(base, ours, theirs, columns, mixable)
          .taking(triple)
          .filter(it -> it.leavesRowsWhereTheyAre(target));
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

  /** Whether neither the partition of a row nor the order of the file depends on the columns. */
  private boolean leavesRowsWhereTheyAre(Table target) {
    DataFile file = ours().file();
    Set<Integer> fields =
        target.schema().columns().stream()
            .filter(this::changes)
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
      ChunkedFile base,
      ChunkedFile ours,
      ChunkedFile theirs,
      RowColumns columns,
      Predicate<NestedField> mixable) {
    /** Empty if both changed what cannot be mixed, or a row may have moved. Asks footers first. */
    Optional<Taking> taking(FileTriple triple) throws IOException {
      if (!haveTheSameColumnsAndRowGroups() || footersTellOfMore()) {
        return Optional.empty();
      }
      for (int id : fixed()) {
        if (!base.hasColumnOf(theirs, id) || !base.hasColumnOf(ours, id)) {
          return Optional.empty();
        }
      }
      Set<Integer> taken = new TreeSet<>();
      Set<Integer> mixed = new TreeSet<>();
      for (int id : cells()) {
        if (!base.hasColumnOf(theirs, id)) {
          if (base.hasColumnOf(ours, id)) {
            taken.add(id);
          } else if (canBeMixed(id)) {
            mixed.add(id);
          } else {
            return Optional.empty();
          }
        }
      }
      return Optional.of(new Taking(triple, taken, mixed, 0, 0));
    }

    /** A column that was renamed is not: its old name may be another's, and would be twice. */
    private boolean canBeMixed(int id) {
      NestedField column = columns.schema().findField(id);
      return mixable.test(column)
          && column.name().equals(base.columns().get(id))
          && ours.canHaveColumnsComputed();
    }

    private boolean haveTheSameColumnsAndRowGroups() {
      return !base.columns().isEmpty()
          && Stream.of(ours, theirs)
              .allMatch(side -> base.columns().equals(side.columns()) && base.hasRowGroupsOf(side));
    }

    /** Whether a fixed column changed, or both sides changed another that cannot be mixed. */
    private boolean footersTellOfMore() {
      return fixed().stream()
              .anyMatch(id -> !base.mayHaveColumnOf(theirs, id) || !base.mayHaveColumnOf(ours, id))
          || cells().stream()
              .anyMatch(
                  id ->
                      !base.mayHaveColumnOf(theirs, id)
                          && !base.mayHaveColumnOf(ours, id)
                          && !canBeMixed(id));
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
