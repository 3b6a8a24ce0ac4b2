package dev.varve.benchmarks.catalog;

import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.CommitResult;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** What one operation of the catalog takes, against the number of tables in the lake. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class CatalogBenchmark {

  /** Creates a durable branch: one synced write. */
  @Benchmark
  public Ref createBranch(LakeState state) {
    RefName name = RefName.parse("branch/" + state.sequence.getAndIncrement());
    return state.lake.createBranch(name, state.head, SampleKeys.author(), "benchmark");
  }

  /** Makes a durable commit of one new table: one synced write. */
  @Benchmark
  public CommitResult commitOneTable(LakeState state) {
    Key key = Key.of("ns_new", "table_" + state.sequence.getAndIncrement());
    return state.lake.commit(
        new CommitRequest(
            RefName.MAIN, SampleKeys.details("commit"), List.of(SampleKeys.put(key))));
  }

  /** Looks up one table. */
  @Benchmark
  public Optional<Content> get(LakeState state) {
    return state.any(state.sequence.getAndIncrement());
  }
}
