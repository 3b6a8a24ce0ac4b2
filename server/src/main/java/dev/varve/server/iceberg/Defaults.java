package dev.varve.server.iceberg;

import java.util.List;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdate.AddPartitionSpec;
import org.apache.iceberg.MetadataUpdate.AddSchema;
import org.apache.iceberg.MetadataUpdate.AddSortOrder;
import org.apache.iceberg.MetadataUpdate.RemovePartitionSpecs;
import org.apache.iceberg.MetadataUpdate.SetCurrentSchema;
import org.apache.iceberg.MetadataUpdate.SetDefaultPartitionSpec;
import org.apache.iceberg.MetadataUpdate.SetDefaultSortOrder;
import org.apache.iceberg.MetadataUpdate.SetLocation;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Checks that the schema, partition spec and sort order exist that a request makes a table's own:
 * Iceberg's builder takes any id of a spec or an order, and fails without a word when it builds.
 */
final class Defaults {

  /** Stands for the one that the same request added last; the builder checks that there is one. */
  private static final int LAST_ADDED = -1;

  private Defaults() {}

  /**
   * Checks a change of a table.
   *
   * @throws BadRequestException if it names a spec or an order that neither the table has nor an
   *     update before adds
   */
  static void requireKnown(TableMetadata base, List<MetadataUpdate> updates) {
    for (int i = 0; i < updates.size(); i++) {
      requireKnown(base, updates.get(i), updates.subList(0, i));
    }
  }

  private static void requireKnown(
      TableMetadata base, MetadataUpdate update, List<MetadataUpdate> before) {
    if (update instanceof SetDefaultPartitionSpec set && set.specId() != LAST_ADDED) {
      boolean asItWas = before.stream().noneMatch(Defaults::choosesOrOffers);
      TableMetadata table = asItWas ? base : with(base, before);
      require("partition spec", set.specId(), table.specsById().keySet());
    } else if (update instanceof SetDefaultSortOrder set && set.sortOrderId() != LAST_ADDED) {
      boolean asItWas = before.stream().noneMatch(Defaults::choosesOrOffers);
      TableMetadata table = asItWas ? base : with(base, before);
      require("sort order", set.sortOrderId(), table.sortOrdersById().keySet());
    }
  }

  /**
   * Checks the creation of a table.
   *
   * @param empty where the table starts, for this check alone
   * @throws BadRequestException if it does not say where the table lies and which schema, spec and
   *     order it has, or names a spec or an order by an id that is not that of one added
   */
  static void requireAll(TableMetadata.Builder empty, List<MetadataUpdate> updates) {
    requireOne(updates, SetLocation.class, "set-location");
    requireOne(updates, SetCurrentSchema.class, "set-current-schema");
    requireOne(updates, AddPartitionSpec.class, "add-spec");
    requireOne(updates, SetDefaultPartitionSpec.class, "set-default-spec");
    requireOne(updates, AddSortOrder.class, "add-sort-order");
    requireOne(updates, SetDefaultSortOrder.class, "set-default-sort-order");
    updates.stream().filter(Defaults::offers).forEach(update -> update.applyTo(empty));
    new SetDefaultPartitionSpec(LAST_ADDED).applyTo(empty);
    new SetDefaultSortOrder(LAST_ADDED).applyTo(empty);
    requireKnown(empty.build(), updates.stream().filter(Defaults::isDefault).toList());
  }

  private static void requireOne(
      List<MetadataUpdate> updates, Class<? extends MetadataUpdate> kind, String action) {
    if (updates.stream().noneMatch(kind::isInstance)) {
      throw new BadRequestException("a new table needs the update '%s'", action);
    }
  }

  /** The table after updates that were checked: the builder gives specs and orders its own ids. */
  private static TableMetadata with(TableMetadata base, List<MetadataUpdate> updates) {
    TableMetadata.Builder builder = TableMetadata.buildFrom(base);
    updates.stream().filter(Defaults::choosesOrOffers).forEach(update -> update.applyTo(builder));
    return builder.build();
  }

  private static boolean choosesOrOffers(MetadataUpdate update) {
    return offers(update) || isDefault(update) || update instanceof RemovePartitionSpecs;
  }

  private static boolean isDefault(MetadataUpdate update) {
    return update instanceof SetDefaultPartitionSpec || update instanceof SetDefaultSortOrder;
  }

  private static boolean offers(MetadataUpdate update) {
    return update instanceof AddSchema
        || update instanceof SetCurrentSchema
        || update instanceof AddPartitionSpec
        || update instanceof AddSortOrder;
  }

  private static void require(String what, int id, Set<Integer> known) {
    if (!known.contains(id)) {
      throw new BadRequestException(
          "cannot use %s %d, which the table does not have: it has %s", what, id, known);
    }
  }
}
