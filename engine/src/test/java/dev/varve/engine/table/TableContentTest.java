package dev.varve.engine.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Arrays;
import java.util.Map;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.api.Test;

class TableContentTest {
  /** Written by format 1; it must be read, and written alike, for ever. */
  private static final String GOLDEN =
      "\u0001{\"format-version\":2,\"table-uuid\":\"6d7c3f4e-0b52-4a0e-9a57-2f4f7d1c9e01\","
          + "\"location\":\"file:///w/lake/tables/default/flights-6d7c3f4e\","
          + "\"last-sequence-number\":1,\"last-updated-ms\":1762000000000,\"last-column-id\":1,"
          + "\"current-schema-id\":0,\"schemas\":[{\"type\":\"struct\",\"schema-id\":0,\"fields\":"
          + "[{\"id\":1,\"name\":\"n\",\"required\":true,\"type\":\"long\"}]}],"
          + "\"default-spec-id\":0,\"partition-specs\":[{\"spec-id\":0,\"fields\":[]}],"
          + "\"last-partition-id\":999,\"default-sort-order-id\":0,"
          + "\"sort-orders\":[{\"order-id\":0,\"fields\":[]}],"
          + "\"properties\":{\"write.metadata.path\":\"file:///w/lake/metadata/6d7c3f4e\"},"
          + "\"current-snapshot-id\":7,\"refs\":{\"main\":{\"snapshot-id\":7,\"type\":\"branch\"}},"
          + "\"snapshots\":[{\"sequence-number\":1,\"snapshot-id\":7,\"timestamp-ms\":1762000000000,"
          + "\"summary\":{\"operation\":\"append\",\"added-records\":\"3\"},"
          + "\"manifest-list\":\"file:///w/lake/metadata/6d7c3f4e/snap-7.avro\",\"schema-id\":0}],"
          + "\"statistics\":[],\"partition-statistics\":[],"
          + "\"snapshot-log\":[{\"timestamp-ms\":1762000000000,\"snapshot-id\":7}],"
          + "\"metadata-log\":[]}";

  private static final byte[] VALUE = GOLDEN.getBytes(UTF_8);

  @Test
  void theGoldenValueIsReadAndWrittenAlike() {
    TableMetadata metadata = TableContent.decode(VALUE);

    assertThat(metadata.currentSnapshot().snapshotId()).isEqualTo(7);
    assertThat(metadata.schema().findField("n").fieldId()).isEqualTo(1);
    assertThat(new String(TableContent.encode(metadata), UTF_8)).isEqualTo(GOLDEN);
  }

  @Test
  void theMetadataFileIsNamedAfterTheValueAndHoldsItsJson() {
    String location = TableContent.metadataLocation(VALUE);

    assertThat(location)
        .isEqualTo(
            "file:///w/lake/metadata/6d7c3f4e/" + TableContent.id(VALUE).hex() + ".metadata.json");
    assertThat(TableContent.decode(VALUE).metadataFileLocation()).isEqualTo(location);
    assertThat(UTF_8.decode(TableContent.json(VALUE)).toString()).isEqualTo(GOLDEN.substring(1));
  }

  @Test
  void everyTruncationIsAClearError() {
    for (int length = 0; length < VALUE.length; length++) {
      byte[] part = Arrays.copyOf(VALUE, length);
      assertCorrupt(part);
    }
  }

  @Test
  void aLaterFormatIsRefused() {
    byte[] later = VALUE.clone();
    later[0] = 2;
    assertCorrupt(later);
    byte[] namespace = NamespaceContent.encode(Map.of());
    namespace[0] = 2;
    assertThatThrownBy(() -> NamespaceContent.decode(namespace)).isInstanceOf(VarveException.class);
  }

  @Test
  void equalPropertiesOfANamespaceGiveEqualBytes() {
    assertThat(new String(NamespaceContent.encode(Map.of("b", "2", "a", "1")), UTF_8))
        .isEqualTo("\u0001{\"a\":\"1\",\"b\":\"2\"}");
    assertThat(NamespaceContent.decode(NamespaceContent.encode(Map.of("a", "1"))))
        .isEqualTo(Map.of("a", "1"));
  }

  private static void assertCorrupt(byte[] value) {
    assertThatThrownBy(() -> TableContent.decode(value))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_CORRUPT));
  }
}
