package dev.varve.engine.archive;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Damage;
import dev.varve.catalog.fsck.Finding;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.TableFsck;
import dev.varve.engine.table.Warehouse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** Exports a repository as one file, and imports one. */
public final class Archives {
  private Archives() {}

  /** What is exported. */
  public enum Content {
    /** The history and all table metadata: for the same warehouse. */
    CATALOG,
    /** Also all files that its tables refer to, at any commit. */
    CATALOG_AND_FILES
  }

  /**
   * Writes everything that refs and reflogs lead to, as it is now; each object is verified on the
   * way, and each file is once in the archive.
   *
   * @param out not closed; what was written when this throws is no archive
   */
  public static ArchiveCounts export(
      Repository repository, Warehouse warehouse, Content content, OutputStream out)
      throws IOException {
    boolean withFiles = content == Content.CATALOG_AND_FILES;
    Path root = withFiles ? warehouse.root() : Path.of("/");
    ArchiveWriter writer =
        new ArchiveWriter(
            out, new ArchiveHeader(repository.name().text(), warehouse.place(), withFiles));
    TableFsck files =
        withFiles
            ? TableFsck.of(
                warehouse,
                FsckLevel.FILES,
                location -> {
                  Path file = warehouse.path(location);
                  writer.file(root.relativize(file).toString(), file);
                })
            : TableFsck.of(warehouse, FsckLevel.CATALOG);
    repository.send(files, Archives::isBorne, writer);
    writer.end();
    return writer.counts();
  }

  /**
   * Creates a repository of an archive. Object ids, and so commit ids, are those of the one that
   * was exported.
   *
   * @param in not closed
   * @throws VarveException if it is no whole archive, the name is taken, or its tables name files
   *     that this warehouse does not hold; nothing is left of it then
   */
  public static Imported importTo(
      Catalog catalog, RepositoryName name, Warehouse warehouse, InputStream in)
      throws IOException {
    ArchiveReader reader = new ArchiveReader(in);
    ArchiveHeader header = reader.header();
    requireSameWarehouse(header, warehouse);
    if (header.withFiles()) {
      warehouse.root(); // refuses what is not on a local disk
    }
    try (ImportedFiles files = new ImportedFiles(warehouse)) {
      ArchiveCounts[] counts = new ArchiveCounts[1];
      try {
        catalog.receive(
            name,
            TableFsck.of(warehouse, FsckLevel.FILES),
            Archives::isBorne,
            parts -> {
              try {
                counts[0] = reader.read(parts, files);
                files.end();
              } catch (IOException e) {
                throw new UncheckedIOException("cannot read the archive", e);
              }
            });
      } catch (RuntimeException e) {
        files.takeBack();
        throw e;
      }
      return new Imported(header, counts[0]);
    }
  }

  /** What was imported. */
  public record Imported(ArchiveHeader header, ArchiveCounts counts) {}

  /**
   * A metadata.json can be written again from the catalog, and tables load without it. A table at
   * two names is whole.
   */
  private static boolean isBorne(Finding finding) {
    return finding.damage() == Damage.METADATA_FILE || finding.damage() == Damage.CONTENT_TWICE;
  }

  private static void requireSameWarehouse(ArchiveHeader header, Warehouse warehouse) {
    String own = warehouse.place();
    if (!header.warehouse().equals(own)) {
      throw new VarveException(
          ErrorCode.UNSUPPORTED,
          "cannot import '%s': its tables name their files below '%s', and this server's warehouse is '%s'"
              .formatted(header.repository(), header.warehouse(), own),
          "table metadata holds absolute paths; start a server whose data directory has 'warehouse'"
              + " as a link to '%s'".formatted(header.warehouse()),
          Map.of("warehouse", own, "archive", header.warehouse()),
          null);
    }
  }
}
