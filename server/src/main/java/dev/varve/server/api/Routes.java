package dev.varve.server.api;

import dev.varve.server.http.Problem;
import dev.varve.server.http.Route;
import dev.varve.server.metrics.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Every route of the native API. */
public final class Routes {
  private Routes() {}

  /** The routes, in the order of the document. */
  public static List<Route> all(String version, Metrics metrics) {
    return new Operations(version, metrics).around(List.of());
  }

  /** How the errors behind these routes are told. */
  public static Function<Exception, Optional<Problem>> problems() {
    return Problems::of;
  }
}
