package dev.varve.benchmarks.catalog;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.NodeCache;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import dev.varve.catalog.tree.TreeEdit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.HdrHistogram.Histogram;

/**
 * Reports the shape of trees: their depth, the sizes of their nodes, and what a commit of one key
 * writes.
 *
 * <p>Usage: {@code TreeShape [KEYS …]}, by default 1,000, 100,000 and 1,000,000.
 */
public final class TreeShape {
  private static final int PROBES = 200;

  private final Map<ObjectId, byte[]> objects = new HashMap<>();
  private final Nodes nodes =
      new Nodes(id -> Objects.requireNonNull(objects.get(id)), new NodeCache(512L << 20));

  private TreeShape() {}

  /** Runs the report. */
  public static void main(String[] arguments) {
    String[] sizes = arguments.length > 0 ? arguments : new String[] {"1000", "100000", "1000000"};
    print(
        "%10s %9s %11s %11s %11s %14s %14s%n",
        "keys", "nodes", "mean bytes", "p99 bytes", "max bytes", "bytes/commit", "nodes/commit");
    for (String size : sizes) {
      new TreeShape().report(Integer.parseInt(size));
    }
  }

  private void report(int keys) {
    List<TreeEdit> edits = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      edits.add(TreeEdit.put(SampleKeys.key(i), content("v" + i)));
    }
    Tree tree = Tree.empty(nodes, objects::put).edit(edits, objects::put);
    Histogram sizes = new Histogram(3);
    objects.values().forEach(bytes -> sizes.recordValue(bytes.length));

    Histogram writtenBytes = new Histogram(3);
    Histogram writtenNodes = new Histogram(3);
    for (int i = 0; i < PROBES; i++) {
      Key key = SampleKeys.key((int) ((long) i * keys / PROBES));
      List<byte[]> written = new ArrayList<>();
      tree.edit(
          List.of(TreeEdit.put(key, content("changed"))),
          (id, bytes) -> {
            objects.put(id, bytes);
            written.add(bytes);
          });
      writtenBytes.recordValue(written.stream().mapToInt(bytes -> bytes.length).sum());
      writtenNodes.recordValue(written.size());
    }
    print(
        "%,10d %,9d %,11.0f %,11d %,11d %,14.0f %14.1f%n",
        keys,
        sizes.getTotalCount() - 1,
        sizes.getMean(),
        sizes.getValueAtPercentile(99),
        sizes.getMaxValue(),
        writtenBytes.getMean(),
        writtenNodes.getMean());
  }

  private static Content content(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new Content(
        ContentType.ICEBERG_TABLE,
        new ContentId(UUID.nameUUIDFromBytes(bytes)),
        ObjectId.of(bytes));
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
