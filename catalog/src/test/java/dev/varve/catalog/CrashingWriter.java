package dev.varve.catalog;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.ref.RefName;
import java.nio.file.Path;
import java.util.Random;

/**
 * Commits to a catalog from several threads until it is killed, and prints a line for each write
 * that was acknowledged.
 */
final class CrashingWriter {
  private static final int THREADS = 4;

  private CrashingWriter() {}

  public static void main(String[] args) {
    Catalog catalog = Catalog.open(Path.of(args[0]), CatalogSettings.defaults());
    Repository lake =
        catalog.repositories().isEmpty()
            ? catalog.create(RepositoryName.LAKE)
            : catalog.repository(RepositoryName.LAKE);
    for (int i = 0; i < THREADS; i++) {
      String name = args[1] + "-" + i;
      new Thread(() -> write(lake, name)).start();
    }
  }

  private static void write(Repository lake, String thread) {
    History history = new History(lake);
    Random random = new Random();
    for (int i = 0; ; i++) {
      // Values on both sides of the size from which RocksDB keeps them in blob files.
      String value = "x".repeat(1 + random.nextInt(200)) + i;
      Commit commit = history.put("main", "t" + thread, value);
      acknowledge("commit", thread, commit);
      if (i % 10 == 0) {
        String branch = "b" + thread + "-" + i;
        lake.createBranch(RefName.parse(branch), commit.id(), History.ADA, "branch");
        acknowledge("branch", branch, commit);
      }
    }
  }

  /** Ends with a full stop, so that a line cut by the kill is seen. */
  private static void acknowledge(String kind, String name, Commit commit) {
    System.out.println(kind + " " + name + " " + commit.id().hex() + ".");
  }
}
