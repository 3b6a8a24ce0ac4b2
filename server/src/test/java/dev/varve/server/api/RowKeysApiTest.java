package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows named by keys of all kinds: in conflicts, and in what is asked of their past. */
class RowKeysApiTest extends ApiTest {
  private static final TableIdentifier T = TableIdentifier.of("default", "t");

  /**
   * A key.
   *
   * @param columns its columns; those of a struct have the rest of their names after a slash
   * @param row the key of a row
   * @param other the key of another
   * @param texts the former, as a person writes it
   */
  private record Keyed(
      String name,
      Map<String, Type> columns,
      List<Object> row,
      List<Object> other,
      List<String> texts) {

    static Keyed of(String name, Type type, Object row, Object other, String text) {
      return new Keyed(name, Map.of("k", type), List.of(row), List.of(other), List.of(text));
    }

    /** The table's columns: the key's, and v. */
    Schema schema() {
      List<Types.NestedField> fields = new ArrayList<>();
      Set<Integer> ids = new TreeSet<>();
      int id = 10;
      for (Map.Entry<String, Type> column : new TreeMap<>(columns).entrySet()) {
        String[] path = column.getKey().split("/", -1);
        Types.NestedField field =
            Types.NestedField.required(id, path[path.length - 1], column.getValue());
        fields.add(
            path.length == 1
                ? field
                : Types.NestedField.required(id + 1, path[0], Types.StructType.of(field)));
        ids.add(id);
        id += 2;
      }
      fields.add(Types.NestedField.optional(1, "v", Types.LongType.get()));
      return new Schema(fields, ids);
    }

    /** What the table's format is. */
    int format() {
      boolean nanos =
          columns.values().stream().anyMatch(it -> it.typeId() == Type.TypeID.TIMESTAMP_NANO);
      return nanos ? 3 : 2;
    }

    /** A row of the table. */
    Map<String, Object> row(Schema schema, List<Object> key, long v) {
      Map<String, Object> row = new TreeMap<>(Map.of("v", v));
      int number = 0;
      for (String column : new TreeMap<>(columns).keySet()) {
        String[] path = column.split("/", -1);
        Object value = key.get(number++);
        row.put(
            path[0],
            path.length == 1
                ? value
                : GenericRecord.create(schema.findType(path[0]).asStructType())
                    .copy(Map.of(path[1], value)));
      }
      return row;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Keyed> keys() {
    return Stream.of(
        new Keyed(
            "of two columns",
            Map.of("code", Types.StringType.get(), "region", Types.IntegerType.get()),
            List.of("a=b", 1),
            List.of("a=b", 2),
            List.of("region=1", "code=a=b")),
        new Keyed(
            "in a struct",
            Map.of("info/id", Types.LongType.get()),
            List.of(7L),
            List.of(8L),
            List.of("info.id=7")),
        new Keyed(
            "with dots",
            Map.of("a.b", Types.LongType.get(), "a.c", Types.LongType.get()),
            List.of(7L, 8L),
            List.of(8L, 7L),
            List.of("a.b=7", "a.c=8")),
        Keyed.of("boolean", Types.BooleanType.get(), true, false, "TRUE"),
        Keyed.of("int", Types.IntegerType.get(), -7, 7, "-7"),
        Keyed.of("string", Types.StringType.get(), "it's=1, ", "it's=1", "it's=1, "),
        Keyed.of(
            "time",
            Types.TimeType.get(),
            LocalTime.of(8, 30, 0, 123_456_000),
            LocalTime.of(8, 30),
            "08:30:00.123456"),
        Keyed.of("date", Types.DateType.get(), day(1), day(2), "2026-11-01"),
        Keyed.of(
            "timestamp",
            Types.TimestampType.withoutZone(),
            day(1).atTime(8, 30, 0, 123_456_000),
            day(1).atTime(8, 30, 0, 123_457_000),
            "2026-11-01 08:30:00.123456"),
        Keyed.of(
            "timestamp with zone",
            Types.TimestampType.withZone(),
            OffsetDateTime.parse("2026-11-01T08:30:00Z"),
            OffsetDateTime.parse("2026-11-01T09:30:00Z"),
            "2026-11-01T09:30:00+01:00"),
        Keyed.of(
            "timestamp with nanoseconds",
            Types.TimestampNanoType.withoutZone(),
            day(1).atTime(8, 30, 0, 123_456_789),
            day(1).atTime(8, 30, 0, 123_456_790),
            "2026-11-01 08:30:00.123456789"),
        Keyed.of(
            "timestamp with zone and nanoseconds",
            Types.TimestampNanoType.withZone(),
            OffsetDateTime.parse("2026-11-01T08:30:00.000000001Z"),
            OffsetDateTime.parse("2026-11-01T08:30:00Z"),
            "2026-11-01T09:30:00.000000001+01:00"),
        Keyed.of(
            "uuid",
            Types.UUIDType.get(),
            UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7"),
            UUID.fromString("00000000-0000-4000-8000-000000000000"),
            "F79C3E09-677C-4BBD-A479-3F349CB785E7"),
        Keyed.of(
            "decimal",
            Types.DecimalType.of(20, 2),
            new BigDecimal("-12.50"),
            new BigDecimal("12.50"),
            "-12.5"),
        Keyed.of(
            "binary",
            Types.BinaryType.get(),
            ByteBuffer.wrap(new byte[] {(byte) 0xc0, 0, (byte) 0xee}),
            ByteBuffer.wrap(new byte[] {(byte) 0xc0, 0}),
            "C000ee"));
  }

  private static LocalDate day(int day) {
    return LocalDate.of(2026, 11, day);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aRowIsNamedByItsKey(Keyed keyed) throws IOException {
    try (RESTCatalog catalog = EngineClient.connect(server, "lake")) {
      Table table =
          catalog
              .buildTable(T, keyed.schema())
              .withProperty("format-version", Integer.toString(keyed.format()))
              .create();
      EngineClient.append(
          table,
          List.of(
              keyed.row(table.schema(), keyed.row(), 1),
              keyed.row(table.schema(), keyed.other(), 2)));
    }
    branch("exp");
    update("exp", "v * 10");
    update("main", "v + 5");

    String key =
        keyed.texts().stream().map(it -> "key=" + encoded(it)).collect(Collectors.joining("&"));
    JsonNode log = ask(get("/tables/t/log?" + key)).path("items");
    assertThat(log).hasSize(2);
    assertThat(log.at("/0/columns").toString()).isEqualTo("[\"v\"]");
    assertThat(log.at("/0/after/v").asLong()).isEqualTo(6);
    assertThat(log.at("/1/kind").asText()).isEqualTo("added");
    JsonNode cells = ask(get("/tables/t/blame?" + key)).path("cells");
    JsonNode v = cells.get(cells.size() - 1);
    assertThat(v.path("value").asLong()).isEqualTo(6);
    assertThat(v.at("/commit/message").asText()).isEqualTo("v + 5");
    assertThat(cells.at("/0/commit/message").asText()).isNotEqualTo("v + 5");

    ask(post("/merge", "{\"from\":\"exp\",\"into\":\"main\",\"prepare\":true}"));
    String texts = Json.tree().valueToTree(keyed.texts()).toString();
    JsonNode resolved = resolve("\"key\":" + texts + ",\"take\":\"theirs\"");
    assertThat(resolved.toString()).isEqualTo("{\"resolved\":1,\"open\":1}");
    resolve("\"where\":\"take IS NULL\",\"take\":\"ours\"");
    ask(post("/prepared-finish", "{\"name\":\"merge/1\"}"));
    ask(post("/prepared-publish", "{\"name\":\"merge/1\"}"));
    assertThat(rows("SELECT v FROM t ORDER BY v")).isEqualTo("[[7],[10]]");
  }

  private void update(String branch, String sql) {
    ask(
        post(
            "/tables/t/update",
            "{\"branch\":\"%s\",\"set\":{\"v\":\"%2$s\"},\"where\":\"true\",\"message\":\"%2$s\"}"
                .formatted(branch, sql)));
  }

  private JsonNode resolve(String more) {
    return ask(post("/prepared-resolve", "{\"name\":\"merge/1\",\"table\":\"t\"," + more + "}"));
  }

  private static JsonNode ask(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }
}
