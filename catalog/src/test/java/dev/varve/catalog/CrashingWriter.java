package dev.varve.catalog;

import static dev.varve.catalog.Acknowledged.Kind.BRANCH;
import static dev.varve.catalog.Acknowledged.Kind.COMMIT;

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
      System.out.println(new Acknowledged(COMMIT, thread, commit.id()).line());
      if (i % 10 == 0) {
        String branch = "b" + thread + "-" + i;
        lake.createBranch(RefName.parse(branch), commit.id(), History.ADA, "branch");
        System.out.println(new Acknowledged(BRANCH, branch, commit.id()).line());
      }
    }
  }
}
