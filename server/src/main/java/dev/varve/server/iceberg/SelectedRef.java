package dev.varve.server.iceberg;

import dev.varve.catalog.ref.RefKind;
import java.util.Arrays;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A ref of a table, as Spark writes it: {@code sales.orders.branch_exp} or {@code
 * sales.orders.tag_v1.0}.
 *
 * @param name the ref's
 */
record SelectedRef(TableIdentifier table, RefKind kind, String name) {
  private static final String BRANCH = "branch_";
  private static final String TAG = "tag_";

  /** Whether a name can be one. */
  static boolean isOne(TableIdentifier name) {
    return name.namespace().length() > 1
        && (begins(name.name(), BRANCH) || begins(name.name(), TAG));
  }

  private static boolean begins(String name, String prefix) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }

  /** Reads a name that is one. */
  static SelectedRef of(TableIdentifier name) {
    String[] levels = name.namespace().levels();
    int last = levels.length - 1;
    TableIdentifier table =
        TableIdentifier.of(Namespace.of(Arrays.copyOf(levels, last)), levels[last]);
    return name.name().startsWith(BRANCH)
        ? new SelectedRef(table, RefKind.BRANCH, name.name().substring(BRANCH.length()))
        : new SelectedRef(table, RefKind.TAG, name.name().substring(TAG.length()));
  }
}
