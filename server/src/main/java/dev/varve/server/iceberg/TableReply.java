package dev.varve.server.iceberg;

import dev.varve.engine.table.CommittedTables;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.ServedTable;
import dev.varve.engine.table.Tables;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/**
 * The answers that carry a table.
 *
 * <p>The tag stands for the metadata as it is served, ids raised to the repository's marks and refs
 * of the catalog included, and for the snapshots that are listed. Its header is spelled {@code
 * ETag}, as clients look it up.
 */
final class TableReply {

  /** Which snapshots the metadata lists. */
  private enum Snapshots {
    ALL,
    REFS
  }

  private static final byte[] BEFORE_LOCATION = ascii("{\"metadata-location\":");
  private static final byte[] BEFORE_METADATA = ascii(",\"metadata\":");
  private static final byte[] END = ascii("}");

  private TableReply() {}

  /** The answer to a load, which is 304 if the client has this table already. */
  static Reply of(Call call, ServedTable table) {
    Snapshots snapshots = snapshots(call);
    String tag = tag(table.metadata(), snapshots);
    if (call.header("If-None-Match").filter(tags -> lists(tags, tag)).isPresent()) {
      return Reply.notModified(tag);
    }
    return Reply.tagged(
        tag, snapshots == Snapshots.ALL ? json(table) : response(onlyReferenced(table.metadata())));
  }

  /** The answer to a change of one table. */
  static Reply changed(Tables tables, CommittedTables committed) {
    return changed(tables, committed.tables().get(0));
  }

  /**
   * The answer to a change, which a client takes as if it had loaded the table; the catalog's refs
   * come with its next load.
   */
  static Reply changed(Tables tables, LoadedTable table) {
    return Reply.tagged(tag(table.metadata(), Snapshots.ALL), json(tables.served(table)));
  }

  /** What a create transaction starts from: there is no table yet and no metadata file. */
  static Reply staged(TableMetadata metadata) {
    return Reply.ok(response(metadata));
  }

  /** What {@link #response} would be written as, around the metadata's JSON as it is kept. */
  private static byte[] json(ServedTable table) {
    byte[] location = Wire.write(table.metadata().metadataFileLocation());
    ByteBuffer metadata = table.json().duplicate();
    return ByteBuffer.allocate(
            BEFORE_LOCATION.length
                + location.length
                + BEFORE_METADATA.length
                + metadata.remaining()
                + END.length)
        .put(BEFORE_LOCATION)
        .put(location)
        .put(BEFORE_METADATA)
        .put(metadata)
        .put(END)
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static LoadTableResponse response(TableMetadata metadata) {
    return LoadTableResponse.builder().withTableMetadata(metadata).build();
  }

  private static TableMetadata onlyReferenced(TableMetadata metadata) {
    return TableMetadata.buildFrom(metadata)
        .withMetadataLocation(metadata.metadataFileLocation())
        .suppressHistoricalSnapshots()
        .build();
  }

  private static Snapshots snapshots(Call call) {
    String asked = call.parameter("snapshots").orElse("all");
    return switch (asked.toLowerCase(Locale.ROOT)) {
      case "all" -> Snapshots.ALL;
      case "refs" -> Snapshots.REFS;
      default -> throw new BadRequestException("snapshots is 'all' or 'refs', not '%s'", asked);
    };
  }

  /** The location is derived from the metadata's bytes, so that equal tags mean equal metadata. */
  private static String tag(TableMetadata metadata, Snapshots snapshots) {
    String location = metadata.metadataFileLocation();
    String name = location.substring(location.lastIndexOf('/') + 1).replace(".metadata.json", "");
    return '"' + name + '-' + snapshots.name().toLowerCase(Locale.ROOT) + '"';
  }

  private static boolean lists(String tags, String tag) {
    return Arrays.stream(tags.split(","))
        .map(it -> it.strip().replaceFirst("^W/", ""))
        .anyMatch(it -> it.equals(tag) || it.equals("*"));
  }
}
