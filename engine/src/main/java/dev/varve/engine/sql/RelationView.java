package dev.varve.engine.sql;

import dev.varve.engine.storage.LocalCopies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/** Writes the SQL of a {@link TableRelation} and makes its view in one session. */
final class RelationView {
  private final DuckSession session;
  private final Table table;
  private final Schema schema;
  private final boolean positioned;
  private final LocalCopies copies;
  private Map<Path, FieldNames> names = Map.of();

  RelationView(
      DuckSession session, Table table, Schema schema, boolean positioned, LocalCopies copies) {
    this.session = session;
    this.table = table;
    this.schema = schema;
    this.positioned = positioned;
    this.copies = copies;
  }

  /**
   * Makes the view.
   *
   * @param files by their numbers
   */
  void create(String view, SortedMap<Integer, ScanFile> files) {
    session.execute("CREATE OR REPLACE TEMP VIEW " + SqlText.name(view) + " AS " + sql(files));
  }

  /**
   * The query of the view. Reads the positional deletes.
   *
   * @param files by their numbers
   */
  String sql(SortedMap<Integer, ScanFile> files) {
    names = NestedNames.of(session, table, schema, () -> holdingNames(files.values()));
    List<String> parts = new ArrayList<>();
    for (Map.Entry<Group, SortedMap<Integer, ScanFile>> group : grouped(files).entrySet()) {
      parts.add(select(group.getKey(), group.getValue()));
    }
    if (parts.isEmpty()) {
      parts.add(empty());
    }
    return String.join(" UNION ALL ", parts);
  }

  /** The files whose fields are found by name: data files, and equality deletes by such fields. */
  private Set<Path> holdingNames(Collection<ScanFile> files) {
    Set<Path> paths = new LinkedHashSet<>();
    for (ScanFile file : files) {
      paths.add(path(file));
      file.deletes().stream()
          .filter(delete -> delete.content() == FileContent.EQUALITY_DELETES)
          .filter(delete -> delete.equalityFieldIds().stream().anyMatch(this::isNested))
          .map(DeleteFiles::parquet)
          .map(copies::path)
          .forEach(paths::add);
    }
    return paths;
  }

  private boolean isNested(int field) {
    return table.schemas().values().stream()
        .noneMatch(known -> known.asStruct().field(field) != null);
  }

  /** What files have in common that the same SELECT reads. */
  private record Group(
      boolean positionDeletes,
      List<String> equalityDeletes,
      Set<Integer> missing,
      FieldNames names) {
    static Group of(Table table, ScanFile file, FieldNames names) {
      List<String> equality = new ArrayList<>();
      boolean positions = false;
      for (DeleteFile delete : file.deletes()) {
        if (delete.content() == FileContent.EQUALITY_DELETES) {
          equality.add(delete.location());
        } else {
          positions = true;
        }
      }
      equality.sort(null);
      return new Group(positions, equality, IdentityPartitions.missing(table, file.file()), names);
    }
  }

  private Map<Group, SortedMap<Integer, ScanFile>> grouped(SortedMap<Integer, ScanFile> files) {
    Map<Group, SortedMap<Integer, ScanFile>> groups = new LinkedHashMap<>();
    files.forEach(
        (number, file) ->
            groups
                .computeIfAbsent(
                    Group.of(table, file, names.getOrDefault(path(file), FieldNames.NONE)),
                    group -> new TreeMap<>())
                .put(number, file));
    return groups;
  }

  private String select(Group group, SortedMap<Integer, ScanFile> numbered) {
    List<ScanFile> files = List.copyOf(numbered.values());
    FileGroup data =
        new FileGroup(
            table, schema, files, new FileGroup.Written(copies, group.missing(), group.names()));
    StringBuilder joins = new StringBuilder();
    if (group.positionDeletes()) {
      joins.append(new PositionDeletes(session, table.io(), copies).antiJoin(files));
    }
    new EqualityDeletes(table, data, copies, names)
        .antiJoins(files.get(0).deletes())
        .forEach(joins::append);
    String columns = data.projection();
    if (positioned) {
      columns += ", " + data.location() + ", " + FileGroup.position();
      columns += ", " + FileGroup.number(List.copyOf(numbered.keySet()));
      columns += ", " + FileGroup.index();
    }
    return "SELECT " + columns + " FROM " + data.relation() + joins;
  }

  private Path path(ScanFile file) {
    return copies.path(file.file().location());
  }

  private String empty() {
    List<String> columns = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      columns.add("NULL::" + DuckTypes.of(field.type()) + " AS " + SqlText.name(field.name()));
    }
    if (positioned) {
      columns.add("NULL::VARCHAR AS " + SqlText.name(TableRelation.FILE));
      columns.add("NULL::BIGINT AS " + SqlText.name(TableRelation.POSITION));
      columns.add("NULL::BIGINT AS " + SqlText.name(TableRelation.FILE_NUMBER));
      columns.add("NULL::UBIGINT AS " + SqlText.name(TableRelation.FILE_INDEX));
    }
    return "SELECT " + String.join(", ", columns) + " WHERE false";
  }
}
