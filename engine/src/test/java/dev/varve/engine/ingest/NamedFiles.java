package dev.varve.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.tree.ContentType;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.TableContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/** The files that somebody knows of: named by what refs and reflogs lead to, or announced. */
public final class NamedFiles {
  private NamedFiles() {}

  /** Requires that the repository is whole, and each data file and manifest on disk is known. */
  public static void requireAllKnown(LakeFixture lake, Path directory, String when)
      throws IOException {
    Set<String> named = named(lake, when);
    List<String> announced =
        lake.tables().attempts().open().stream().flatMap(it -> it.locations().stream()).toList();
    try (Stream<Path> tree = Files.walk(directory.resolve("warehouse"))) {
      assertThat(
              tree.filter(Files::isRegularFile)
                  .filter(it -> it.toString().matches(".*\\.(parquet|avro)(\\.\\w+)?"))
                  .map(lake.warehouse()::location))
          .as(when)
          .allMatch(file -> named.contains(file) || announced.stream().anyMatch(file::startsWith));
    }
  }

  /** All files of all snapshots of all states of all tables. */
  private static Set<String> named(LakeFixture lake, String when) {
    FileIO io = lake.warehouse().io();
    Set<String> files = new HashSet<>();
    ContentCheck collect =
        (key, content, value, store) -> {
          if (content.type().equals(ContentType.ICEBERG_TABLE)) {
            add(files, TableContent.decode(value), io);
          }
        };
    List<Finding> findings = new ArrayList<>();
    lake.repository().fsck(FsckScope.REACHABLE, collect, findings::add);
    assertThat(findings).as(when).isEmpty();
    return files;
  }

  private static void add(Set<String> files, TableMetadata table, FileIO io) {
    for (Snapshot snapshot : table.snapshots()) {
      if (files.add(snapshot.manifestListLocation())) {
        for (ManifestFile manifest : snapshot.allManifests(io)) {
          files.add(manifest.path());
          try (ManifestReader<? extends ContentFile<?>> reader =
              manifest.content() == ManifestContent.DATA
                  ? ManifestFiles.read(manifest, io, table.specsById())
                  : ManifestFiles.readDeleteManifest(manifest, io, table.specsById())) {
            reader.forEach(file -> files.add(file.location()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
  }
}
