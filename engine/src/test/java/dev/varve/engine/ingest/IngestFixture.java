package dev.varve.engine.ingest;

import dev.varve.catalog.ref.RefName;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** A lake to put files into, and a look at what became of it. */
public final class IngestFixture implements AutoCloseable {
  public static final TableName T = TableName.parse("t");

  private final Path directory;
  private final LakeFixture lake;
  private final Duck duck;

  public IngestFixture(Path directory) {
    this.directory = directory;
    this.lake = new LakeFixture(directory);
    this.duck = Duck.open(DuckSettings.defaults(directory.resolve("temp")));
  }

  public LakeFixture lake() {
    return lake;
  }

  public Duck duck() {
    return duck;
  }

  /** Where what is not to stay is kept. */
  public Path temp() {
    return directory.resolve("temp");
  }

  public Ingest ingest() {
    return ingest(1 << 30);
  }

  public Ingest ingest(long maxBytes) {
    return new Ingest(
        lake.tables(), () -> duck, new IngestSettings(directory.resolve("spool"), maxBytes));
  }

  public static IngestRequest text(String content) {
    return text(T, content);
  }

  public static IngestRequest text(TableName table, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return IngestRequest.append(
        table, IngestSource.of(new ByteArrayInputStream(bytes)), LakeFixture.on(RefName.MAIN));
  }

  public IngestResult append(String content) {
    return ingest().ingest(text(content), ProgressListener.NONE);
  }

  /** Writes a file with DuckDB. */
  public Path copy(String select, String options) {
    Path file = directory.resolve("input-" + System.nanoTime());
    try (DuckSession session = duck.trusted()) {
      session.execute("COPY (" + select + ") TO '" + file + "' (" + options + ")");
    }
    return file;
  }

  public LoadedTable table() {
    return lake.find(RefName.MAIN, T).orElseThrow();
  }

  /** The table's rows as Iceberg's own reader sees them: each as its values' text, sorted. */
  public List<String> rows() {
    return rows(table());
  }

  public List<String> rows(LoadedTable table) {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(lake.tables().open(table)).build()) {
      for (Record record : records) {
        List<String> values = new ArrayList<>();
        // The reader adds columns of its own where deletes apply.
        for (var column : table.metadata().schema().columns()) {
          values.add(String.valueOf(record.getField(column.name())));
        }
        rows.add(String.join("|", values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows.sort(null);
    return rows;
  }

  /** Files of tables' rows, and files that are being received. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path root :
        List.of(directory.resolve("warehouse/lake/data"), directory.resolve("spool"))) {
      if (Files.exists(root)) {
        try (Stream<Path> tree = Files.walk(root)) {
          tree.filter(Files::isRegularFile).forEach(files::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return files;
  }

  @Override
  public void close() {
    duck.close();
    lake.close();
  }
}
