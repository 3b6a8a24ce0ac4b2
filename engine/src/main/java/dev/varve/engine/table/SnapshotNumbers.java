package dev.varve.engine.table;

import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.iceberg.Snapshot;

/**
 * Numbers in the summaries of snapshots. Summaries are what writers say, and other engines leave
 * entries out or write what is no number.
 */
public final class SnapshotNumbers {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private SnapshotNumbers() {}

  /** A count or a size; empty if the summary does not hold one under that name. */
  public static OptionalLong find(Snapshot snapshot, String property) {
    String text = snapshot.summary() == null ? null : snapshot.summary().get(property);
    return text != null && NUMBER.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
