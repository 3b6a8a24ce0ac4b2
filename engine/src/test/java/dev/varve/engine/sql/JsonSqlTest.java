package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonSqlTest {
  private static final Type NUMBER = Types.DoubleType.get();
  private static final Type STEP =
      Types.StructType.of(
          NestedField.optional(1, "a b", Types.FloatType.get()),
          NestedField.optional(2, "on", Types.DateType.get()),
          NestedField.optional(3, "s", Types.StringType.get()));

  @TempDir Path directory;
  private Duck duck;
  private DuckSession session;

  @BeforeEach
  void open() {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    session = duck.trusted();
  }

  @AfterEach
  void close() {
    session.close();
    duck.close();
  }

  private String json(Type type, String value) {
    String sql =
        "SELECT (%s)::VARCHAR FROM (SELECT (%s)::%s AS \"the value\")"
            .formatted(JsonSql.of("\"the value\"", type), value, DuckTypes.of(type));
    return session.query(
        sql,
        row -> {
          row.next();
          return row.getString(1);
        });
  }

  @Test
  void numbersThatJsonLacksAreTexts() {
    assertThat(json(NUMBER, "1.5")).isEqualTo("1.5");
    assertThat(json(NUMBER, "'NaN'")).isEqualTo("\"nan\"");
    assertThat(json(NUMBER, "'-Infinity'")).isEqualTo("\"-inf\"");
    assertThat(json(NUMBER, "NULL")).isNull();
  }

  @Test
  void numbersThatJsonLacksAreTextsWhereverTheyAre() {
    Type list = Types.ListType.ofOptional(10, STEP);
    assertThat(
            json(
                list,
                "[{'a b': 'NaN'::FLOAT, 'on': DATE '2020-02-29', 's': 'it''s \"NaN\"'}, NULL,"
                    + " {'a b': 0.5::FLOAT, 'on': NULL, 's': ':NaN'}]"))
        .isEqualTo(
            "[{\"a b\":\"nan\",\"on\":\"2020-02-29\",\"s\":\"it's \\\"NaN\\\"\"},null,"
                + "{\"a b\":0.5,\"on\":null,\"s\":\":NaN\"}]");
    assertThat(json(list, "[]")).isEqualTo("[]");
    assertThat(json(list, "NULL")).isNull();
    Type maps =
        Types.ListType.ofOptional(
            20,
            Types.MapType.ofOptional(
                21, 22, Types.DateType.get(), Types.ListType.ofOptional(23, NUMBER)));
    assertThat(
            json(
                maps,
                "[MAP {DATE '2020-01-02': [1.0::DOUBLE, 'Infinity'::DOUBLE, NULL]}, MAP {}, NULL]"))
        .isEqualTo("[{\"2020-01-02\":[1.0,\"inf\",null]},{},null]");
  }

  @Test
  void valuesWithoutSuchNumbersAreAsDuckTellsThem() {
    Type list = Types.ListType.ofOptional(10, Types.DecimalType.of(30, 2));
    assertThat(json(list, "[12345678901234567890123456.78, NULL]"))
        .isEqualTo("[12345678901234567890123456.78,null]");
  }
}
