package dev.varve.server.iceberg;

import dev.varve.catalog.error.VarveException;
import java.util.HashMap;
import java.util.List;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.responses.ConfigResponse;

/** Tells a client the prefix of its warehouse and what is offered there. */
final class ConfigResource {

  private final Targets targets;
  private final List<Endpoint> endpoints;

  /**
   * @param endpoints exactly what is offered: clients ask for nothing else
   */
  ConfigResource(Targets targets, List<Endpoint> endpoints) {
    this.targets = targets;
    this.endpoints = List.copyOf(endpoints);
  }

  Reply config(Call call) {
    String warehouse = call.parameter("warehouse").orElse("");
    CatalogPrefix prefix;
    Target target;
    try {
      prefix = targets.prefixOf(warehouse);
      target = targets.find(prefix);
    } catch (VarveException e) {
      throw new NoSuchWarehouseException(
          e,
          "cannot find the warehouse '%s', written as repository, repository/branch or"
              + " repository/revision: %s",
          warehouse,
          e.getMessage());
    }
    return Reply.ok(
        ConfigResponse.builder()
            .withDefaults(new HashMap<>(target.tables().warehouse().storage().clientProperties()))
            .withOverride("prefix", prefix.segment())
            .withEndpoints(endpoints)
            .withIdempotencyKeyLifetime(Once.LIFETIME.toString())
            .build());
  }
}
