package dev.varve.server.maintenance;

import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckListener;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.fsck.FsckSummary;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.TableFsck;
import dev.varve.engine.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Verifies one lake and tells of it in the API's terms. */
public final class FsckRun {
  /** Findings that an answer holds; a stream of events holds all. */
  private static final int MOST_FINDINGS = 1_000;

  private FsckRun() {}

  /** How far a check is. */
  public record Progress(String phase, long objects, long bytes, long files, long found) {}

  /** A finding as an event. */
  public record Found(FindingView finding) {}

  /** An object that nothing leads to, as an event. */
  public record Unreachable(String unreachable, int bytes) {}

  /** Checks, and gives the findings with the result, up to a thousand. */
  public static FsckView run(Tables tables, FsckLevel level, FsckScope scope) {
    List<FindingView> findings = new ArrayList<>();
    TableFsck files = tables.fsck(level);
    FsckSummary summary =
        tables
            .repository()
            .fsck(
                scope,
                files,
                finding -> {
                  if (findings.size() < MOST_FINDINGS) {
                    findings.add(FindingView.of(finding));
                  }
                });
    return FsckView.of(summary, files.counts(), findings);
  }

  /**
   * Checks, and tells of what is found as it is found.
   *
   * @param events takes {@link Progress}, {@link Found} and {@link Unreachable}
   */
  public static FsckView run(
      Tables tables, FsckLevel level, FsckScope scope, Consumer<Object> events) {
    TableFsck files = tables.fsck(level);
    FsckSummary summary = tables.repository().fsck(scope, files, new Teller(files, events));
    return FsckView.of(summary, files.counts(), List.of());
  }

  private record Teller(TableFsck files, Consumer<Object> events) implements FsckListener {
    @Override
    public void finding(Finding finding) {
      events.accept(new Found(FindingView.of(finding)));
    }

    @Override
    public void progress(FsckSummary soFar) {
      TableFsck.Counts counts = files.counts();
      events.accept(
          new Progress(
              "check",
              soFar.objects(),
              soFar.bytes(),
              counts.metadata() + counts.manifests() + counts.data(),
              soFar.findings()));
    }

    @Override
    public void unreachable(ObjectId id, int bytes) {
      events.accept(new Unreachable(id.hex(), bytes));
    }
  }
}
