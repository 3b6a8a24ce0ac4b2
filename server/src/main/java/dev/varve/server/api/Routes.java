package dev.varve.server.api;

import dev.varve.catalog.ref.RefKind;
import dev.varve.server.http.Problem;
import dev.varve.server.http.Route;
import dev.varve.server.lake.Lakes;
import dev.varve.server.maintenance.Backups;
import dev.varve.server.metrics.Metrics;
import dev.varve.server.metrics.MetricsReports;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Every route of the native API. */
public final class Routes {
  private Routes() {}

  /** The routes, in the order of the document. */
  public static List<Route> all(
      String version,
      Metrics metrics,
      Lakes lakes,
      QuerySettings queries,
      Backups backups,
      MetricsReports reports) {
    List<Route> routes =
        Stream.of(
                new Repositories(lakes).routes(),
                new RefRoutes(lakes, RefKind.BRANCH).routes(),
                new BranchMoves(lakes).routes(),
                new RefRoutes(lakes, RefKind.TAG).routes(),
                new Log(lakes).routes(),
                new Reflogs(lakes).routes(),
                new Revisions(lakes).routes(),
                new Diff(lakes).routes(),
                new RowHistoryRoutes(lakes).routes(),
                new BisectRoutes(lakes, queries).routes(),
                new MergeRoutes(lakes).routes(),
                new RebaseRoutes(lakes).routes(),
                new PreparedRoutes(lakes).routes(),
                new NamespaceRoutes(lakes).routes(),
                new TableRoutes(lakes).routes(),
                new TableCreation(lakes, queries).routes(),
                new DataFiles(lakes).routes(),
                new SchemaRoutes(lakes).routes(),
                new RowRoutes(lakes).routes(),
                new MetricsRoutes(lakes, reports).routes(),
                new ViewRoutes(lakes).routes(),
                new SqlRoutes(lakes, queries).routes(),
                new FsckRoutes(lakes).routes(),
                new ArchiveRoutes(lakes).routes(),
                new BackupRoutes(backups).routes())
            .flatMap(List::stream)
            .toList();
    return new Operations(version, metrics).around(routes);
  }

  /** How the errors behind these routes are told. */
  public static Function<Exception, Optional<Problem>> problems() {
    return Problems::of;
  }
}
