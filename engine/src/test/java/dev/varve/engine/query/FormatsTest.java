package dev.varve.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TimeZone;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest extends QueryFixture {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      value = {
        "NULL | null",
        "true | true",
        "9007199254740991 | 9007199254740991",
        "9007199254740992 | \"9007199254740992\"",
        "-9223372036854775808 | \"-9223372036854775808\"",
        "18446744073709551615::UBIGINT | \"18446744073709551615\"",
        "sum(5::BIGINT) | 5",
        "170141183460469231731687303715884105727::HUGEINT | \"170141183460469231731687303715884105727\"",
        "1.50::DECIMAL(9,2) | 1.50",
        "12345678901234567890.12::DECIMAL(30,2) | \"12345678901234567890.12\"",
        "0.1::FLOAT | 0.1",
        "1e300 | 1.0E300",
        "'nan'::DOUBLE | \"NaN\"",
        "'inf'::FLOAT | \"Infinity\"",
        "'-inf'::DOUBLE | \"-Infinity\"",
        "'a\"b\\' || chr(10) | \"a\\\"b\\\\\\n\"",
        "DATE '2026-03-08' | \"2026-03-08\"",
        "TIME '02:30:00' | \"02:30:00\"",
        "TIME '02:30:00.120' | \"02:30:00.12\"",
        "TIMESTAMP '2026-03-08 02:30:00.123456' | \"2026-03-08T02:30:00.123456\"",
        "TIMESTAMP_NS '2026-03-08 02:30:00.123456789' | \"2026-03-08T02:30:00.123456789\"",
        "TIMESTAMPTZ '2026-03-08 02:30:00+02' | \"2026-03-08T00:30:00Z\"",
        "'2026-03-08 02:30:00.123456789+00'::TIMESTAMPTZ_NS | \"2026-03-08T02:30:00.123456789Z\"",
        "'2026-03-08 02:30:00+00'::TIMESTAMPTZ_NS | \"2026-03-08T02:30:00Z\"",
        "'\\x00\\xFF'::BLOB | \"AP8=\"",
        "'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID | \"f79c3e09-677c-4bbd-a479-3f349cb785e7\"",
        "{'a': 1, 'b': [1.5, NULL]} | {\"a\":1,\"b\":[1.5,null]}",
        "[TIMESTAMPTZ '2026-03-08 02:30:00+00'] | [\"2026-03-08T02:30:00Z\"]",
        "MAP {'k': 1} | [{\"key\":\"k\",\"value\":1}]",
        "MAP {1: {'x': NULL}} | [{\"key\":1,\"value\":{\"x\":null}}]",
        "INTERVAL '1 month 2 days' | \"1 month 2 days\"",
        "'POINT(1 2)'::GEOMETRY | \"POINT (1 2)\""
      })
  void valuesHaveOneFormInJson(String expression, String json) {
    TimeZone zone = TimeZone.getDefault();
    try {
      // 02:30 does not exist there on that day.
      TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
      assertThat(write("SELECT " + expression + " AS v", ResultFormat.JSONL))
          .isEqualTo("{\"v\":" + json + "}\n");
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void jsonHasColumnsThenRows() {
    assertThat(write("SELECT id, name FROM people ORDER BY id LIMIT 1", ResultFormat.JSON))
        .isEqualTo(
            "{\"columns\":[{\"name\":\"id\",\"type\":\"INTEGER\"},{\"name\":\"name\",\"type\":\"VARCHAR\"}],"
                + "\"rows\":[[1,\"ann\"]],\"truncated\":false}");
  }

  @Test
  void columnsOfOneNameAreToldApartInJsonLines() {
    assertThat(write("SELECT 1 AS a, 2 AS a", ResultFormat.JSONL))
        .isEqualTo("{\"a\":1,\"a_2\":2}\n");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    String query = "SELECT 1 AS \"a,b\", 'x' AS c, NULL AS d, '' AS e, 'q\"' AS f, [1, 2] AS g";
    assertThat(write(query, ResultFormat.CSV))
        .isEqualTo("\"a,b\",c,d,e,f,g\n1,x,,\"\",\"q\"\"\",\"[1,2]\"\n");
  }

  @Test
  void rowsKeepTheOrderOfTheQuery() {
    String query = "SELECT i FROM range(50000) t(i) ORDER BY hash(i)";
    String once = write(query, ResultFormat.CSV);
    assertThat(once.lines()).hasSize(50_001);
    assertThat(write(query, ResultFormat.CSV)).isEqualTo(once);
  }

  @Test
  void arrowHoldsTheRowsAndTypes() throws IOException {
    byte[] stream =
        bytes(
            "SELECT id, name, [id] AS l FROM people ORDER BY id",
            ResultFormat.ARROW,
            QueryLimits.defaults());
    try (BufferAllocator memory = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(stream), memory)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertThat(root.getSchema().getFields())
          .extracting(Field::getName)
          .containsExactly("id", "name", "l");
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(root.getRowCount()).isEqualTo(3);
      assertThat(root.getVector("name").getObject(2)).hasToString("zoë");
      assertThat(root.getVector("l").getObject(0)).hasToString("[1]");
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void parquetHoldsTheRowsAndTypes() throws IOException {
    Path file = directory.resolve("out.parquet");
    Files.write(
        file,
        bytes(
            "SELECT *, 1.5::DECIMAL(4,1) AS d FROM people",
            ResultFormat.PARQUET,
            QueryLimits.defaults()));
    try (DuckSession session = duck.trusted()) {
      String sql =
          "SELECT count(*) || ' ' || max(name) || ' ' || max(typeof(d)) FROM read_parquet(%s)"
              .formatted(SqlText.literal(file.toString()));
      String found =
          session.query(
              sql,
              rows -> {
                rows.next();
                return rows.getString(1);
              });
      assertThat(found).isEqualTo("3 zoë DECIMAL(4,1)");
    }
  }
}
