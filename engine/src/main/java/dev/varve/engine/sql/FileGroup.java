package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.LocalCopies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Data files that one {@code read_parquet} reads, under the alias {@code data}. Inside, a column is
 * called by its field id, so that no name of the table can clash with another or with a virtual
 * column of DuckDB.
 */
final class FileGroup {
  private static final Pattern GLOB = Pattern.compile("[*?\\[]");

  private final Table table;
  private final Schema schema;
  private final List<DataFile> files;
  private final LocalCopies copies;
  private final Set<Integer> missing;
  private final NestedFields nested;
  private final Map<Integer, NestedField> read = new LinkedHashMap<>();

  /**
   * How the files were written, and where they can be read.
   *
   * @param missing the identity partition columns that the files do not hold, see {@link
   *     IdentityPartitions}
   * @param names what fields are called in the files; none if all is as in the schema
   */
  record Written(LocalCopies copies, Set<Integer> missing, FieldNames names) {}

  FileGroup(Table table, Schema schema, List<ScanFile> files, Written written) {
    this.table = table;
    this.schema = schema;
    this.files = files.stream().map(ScanFile::file).toList();
    this.copies = written.copies();
    this.missing = written.missing();
    this.nested = new NestedFields(table, written.names());
    this.files.forEach(FileGroup::requireParquet);
    schema.columns().forEach(this::read);
  }

  private static void requireParquet(DataFile file) {
    if (file.format() != FileFormat.PARQUET) {
      throw new VarveException(
          ErrorCode.UNSUPPORTED,
          "cannot read '%s': data files of format %s are not supported"
              .formatted(file.location(), file.format()),
          "rewrite the table's data files as Parquet with the engine that wrote them");
    }
  }

  /** The columns of the table under their names. */
  String projection() {
    return schema.columns().stream()
        .map(field -> column(field) + " AS " + SqlText.name(field.name()))
        .collect(Collectors.joining(", "));
  }

  /** A top-level column, or some fields of one, read from now on if they were not before. */
  String column(NestedField field) {
    read(field);
    return missing.contains(field.fieldId())
        ? constants(field)
        : nested.toSchema(field, "data." + inner(field));
  }

  private void read(NestedField field) {
    read.merge(field.fieldId(), nested.inFile(field), NestedFields::both);
  }

  private String constants(NestedField field) {
    return perFile(file -> IdentityPartitions.value(table, file, field))
        + "::"
        + DuckTypes.of(field.type());
  }

  /** The hidden column with the location of the row's file. */
  String location() {
    boolean plain = files.stream().allMatch(file -> file.location().equals(path(file).toString()));
    String location = plain ? "data.filename" : perFile(file -> Optional.of(file.location()));
    return location + " AS " + SqlText.name(TableRelation.FILE);
  }

  /** The hidden column with the row's position in its file. */
  static String position() {
    return "data.pos AS " + SqlText.name(TableRelation.POSITION);
  }

  /** The hidden column with the place of the row's file in this group. */
  static String index() {
    return "data.file_index AS " + SqlText.name(TableRelation.FILE_INDEX);
  }

  /**
   * The hidden column with the number of the row's file.
   *
   * @param numbers ascending, one for each file of this group
   */
  static String number(List<Integer> numbers) {
    int first = numbers.get(0);
    boolean adjacent = numbers.get(numbers.size() - 1) - first == numbers.size() - 1;
    String number =
        adjacent
            ? "data.file_index::BIGINT + " + first
            : "(" + numbers + "::BIGINT[])[data.file_index::BIGINT + 1]";
    return number + " AS " + SqlText.name(TableRelation.FILE_NUMBER);
  }

  private String perFile(Function<DataFile, Optional<String>> value) {
    return files.stream()
        .map(file -> value.apply(file).map(SqlText::literal).orElse("NULL"))
        .collect(Collectors.joining(", ", "([", "]::VARCHAR[])[data.file_index::BIGINT + 1]"));
  }

  /** The FROM item; to be called when all columns are known. */
  String relation() {
    List<Path> paths = files.stream().map(this::path).toList();
    return "(SELECT *, filename, file_row_number AS pos, file_index FROM "
        + readParquet(paths, read.values())
        + ") AS data";
  }

  /** A call that reads columns by field id and names them {@code c} and the id. */
  static String readParquet(List<Path> paths, Iterable<NestedField> columns) {
    paths.forEach(FileGroup::requireNotGlob);
    List<String> entries = new ArrayList<>();
    for (NestedField column : columns) {
      entries.add(
          "%d: {name: %s, type: %s, default_value: %s}"
              .formatted(
                  column.fieldId(),
                  SqlText.literal("c" + column.fieldId()),
                  SqlText.literal(DuckTypes.of(column.type())),
                  initialDefault(column)));
    }
    return "read_parquet(%s, schema = MAP {%s})"
        .formatted(SqlText.list(paths), String.join(", ", entries));
  }

  /** DuckDB takes a path as it stands if such a file is there, and as a pattern if not. */
  private static void requireNotGlob(Path path) {
    if (GLOB.matcher(path.toString()).find() && !Files.exists(path)) {
      throw new VarveException(
          ErrorCode.OBJECT_MISSING, "cannot read '%s': there is no such file".formatted(path));
    }
  }

  private static String initialDefault(NestedField column) {
    return column.initialDefault() == null
        ? "NULL"
        : SqlText.literal(DuckValues.text(column.type(), column.initialDefault()));
  }

  static String inner(NestedField field) {
    return "\"c" + field.fieldId() + '"';
  }

  private Path path(DataFile file) {
    return copies.path(file.location());
  }
}
