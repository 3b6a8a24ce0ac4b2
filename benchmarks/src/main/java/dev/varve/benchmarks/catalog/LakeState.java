package dev.varve.benchmarks.catalog;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A repository on disk with a number of tables, shared by all threads of a benchmark. */
@State(Scope.Benchmark)
public class LakeState {
  /** How many tables the lake has. */
  @Param({"1000", "10000", "100000"})
  public int tables;

  final AtomicLong sequence = new AtomicLong();
  Path directory;
  Catalog catalog;
  Repository lake;
  ObjectId head;
  Tree tree;

  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("varve-benchmark");
    catalog = Catalog.open(directory, CatalogSettings.defaults());
    lake = catalog.create(RepositoryName.LAKE);
    SampleKeys.fill(lake, tables);
    head = lake.refs().load(RefName.MAIN).commitId();
    tree = lake.tree(head);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    catalog.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(LakeState::delete);
    }
  }

  /** A table's content; the tables are asked for in an order that no cache likes. */
  Optional<Content> any(long number) {
    return tree.get(SampleKeys.key((int) Math.floorMod(number * 2_654_435_761L, (long) tables)));
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
