package dev.varve.engine.merge;

import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.TableRelation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/** Compares row keys in DuckDB; only the key columns of the files are read. */
final class DuckSharedKeys implements SharedKeys {
  private static final int SAMPLE = 5;

  private final Supplier<Duck> duck;
  private final FileIO io;

  DuckSharedKeys(Supplier<Duck> duck, FileIO io) {
    this.duck = duck;
    this.io = io;
  }

  @Override
  public Found find(KeyFiles ours, KeyFiles theirs, Set<Integer> key) {
    try (DuckSession session = duck.get().trusted()) {
      register(session, "ours", ours);
      register(session, "theirs", theirs);
      session.execute(
          "CREATE TEMP TABLE shared AS SELECT %s FROM ours INTERSECT SELECT %s FROM theirs"
              .formatted(columns(ours, key), columns(theirs, key)));
      long count = session.query("SELECT count(*) FROM shared", DuckSharedKeys::count);
      List<String> sample =
          session.query(
              "SELECT to_json(shared)::VARCHAR FROM shared ORDER BY ALL LIMIT " + SAMPLE,
              DuckSharedKeys::texts);
      return new Found(count, sample);
    }
  }

  private void register(DuckSession session, String view, KeyFiles files) {
    TableRelation.of(files.side(), io, scanned(files)).register(session, view);
  }

  private List<ScanFile> scanned(KeyFiles files) {
    TableMetadata side = files.side();
    Snapshot current = side.currentSnapshot();
    if (current.deleteManifests(io).isEmpty()) {
      return files.files().stream().map(file -> new ScanFile(file, List.of())).toList();
    }
    AppliedDeletes applied = AppliedDeletes.of(side, io);
    return files.files().stream()
        .map(DataFile::location)
        .flatMap(location -> applied.task(location).stream())
        .map(ScanFile::of)
        .toList();
  }

  /** The key's columns, named alike on both sides whatever they are called there. */
  private static String columns(KeyFiles files, Set<Integer> key) {
    Schema schema = files.side().schema();
    return key.stream()
        .sorted()
        .map(id -> FieldPath.named(schema, id))
        .collect(Collectors.joining(", "));
  }

  private static long count(ResultSet row) throws SQLException {
    row.next();
    return row.getLong(1);
  }

  private static List<String> texts(ResultSet rows) throws SQLException {
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      texts.add(rows.getString(1));
    }
    return texts;
  }
}
