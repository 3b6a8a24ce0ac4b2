package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REF;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.TableRoutes.TABLE;

import dev.varve.engine.Lake;
import dev.varve.engine.table.LoadedTable;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Doc;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.Page;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.RequestRefused;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;

/** The files that a table consists of at a state. */
final class DataFiles {
  private final Lakes lakes;

  DataFiles(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A file as it is answered. */
  @Doc("A data or delete file of a table.")
  record DataFileView(
      @Doc("Where it lies.") String path,
      @Doc("'parquet' or another of Iceberg's formats.") String format,
      @Doc("'data', 'position_deletes' or 'equality_deletes'.") String content,
      @Doc("The partition its rows belong to, such as 'date_month=2026-11'.")
          Optional<String> partition,
      long rows,
      long bytes) {
    static DataFileView of(ContentFile<?> file, PartitionSpec spec) {
      return new DataFileView(
          file.location(),
          file.format().name().toLowerCase(Locale.ROOT),
          file.content().name().toLowerCase(Locale.ROOT),
          spec.isPartitioned()
              ? Optional.of(spec.partitionToPath(file.partition()))
              : Optional.empty(),
          file.recordCount(),
          file.fileSizeInBytes());
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, TableRoutes.TABLE_PATH + "/files", "listFiles")
            .group(TableRoutes.GROUP)
            .summary("Lists the files that a table consists of.")
            .takes(REPO, TABLE, REF)
            .pages(DataFileView.class, "Files, data files first.")
            .handledBy(this::list));
  }

  private Reply list(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    LoadedTable table = NamedTable.load(lake, request.get(REF), request.get(TABLE));
    int limit = request.get(Page.LIMIT);
    int from = request.find(Page.AFTER).map(DataFiles::number).orElse(0);
    List<DataFileView> files = files(table, from, limit + 1);
    return Reply.ok(
        files.size() <= limit
            ? new Page<>(files, Optional.empty())
            : new Page<>(
                files.subList(0, limit),
                Optional.of(new Cursor(Integer.toString(from + limit)).text())));
  }

  /** The files of the current snapshot from the {@code from}-th on; whole manifests are skipped. */
  private static List<DataFileView> files(LoadedTable table, int from, int limit)
      throws IOException {
    List<DataFileView> files = new ArrayList<>();
    Snapshot snapshot = table.metadata().currentSnapshot();
    if (snapshot == null) {
      return files;
    }
    List<ManifestFile> manifests = new ArrayList<>(snapshot.dataManifests(table.io()));
    manifests.addAll(snapshot.deleteManifests(table.io()));
    int skip = from;
    for (ManifestFile manifest : manifests) {
      Optional<Integer> live = liveFiles(manifest);
      if (live.isPresent() && live.get() <= skip) {
        skip -= live.get();
        continue;
      }
      try (ManifestReader<?> reader = open(manifest, table)) {
        for (ContentFile<?> file : reader) {
          if (skip > 0) {
            skip--;
          } else if (files.size() < limit) {
            files.add(DataFileView.of(file, table.metadata().spec(file.specId())));
          }
        }
      }
      if (files.size() == limit) {
        break;
      }
    }
    return files;
  }

  private static Optional<Integer> liveFiles(ManifestFile manifest) {
    return manifest.addedFilesCount() == null || manifest.existingFilesCount() == null
        ? Optional.empty()
        : Optional.of(manifest.addedFilesCount() + manifest.existingFilesCount());
  }

  private static ManifestReader<?> open(ManifestFile manifest, LoadedTable table) {
    Map<Integer, PartitionSpec> specs = table.metadata().specsById();
    return manifest.content() == ManifestContent.DATA
        ? ManifestFiles.read(manifest, table.io(), specs)
        : ManifestFiles.readDeleteManifest(manifest, table.io(), specs);
  }

  private static int number(Cursor cursor) {
    try {
      return Integer.parseInt(cursor.last());
    } catch (NumberFormatException e) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_PARAMETER, "cannot use 'after': it belongs to another list");
    }
  }
}
