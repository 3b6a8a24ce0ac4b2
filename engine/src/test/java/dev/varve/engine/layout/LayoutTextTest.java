package dev.varve.engine.layout;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTextTest {
  private static final Schema SCHEMA =
      new Schema(
          optional(1, "id", Types.LongType.get()),
          optional(2, "date", Types.TimestampType.withoutZone()),
          optional(3, "odd \"name", Types.StringType.get()),
          optional(4, "place", Types.StructType.of(optional(5, "city", Types.StringType.get()))),
          optional(6, "ratio", Types.DoubleType.get()));

  @Test
  void everyTransformIsReadAndPrinted() {
    List<String> texts =
        List.of(
            "id",
            "bucket(16, id)",
            "truncate(4, \"odd \"\"name\")",
            "hour(date)",
            "place.city",
            "void(ratio)");

    PartitionSpec spec = PartitionText.parse(SCHEMA, texts);

    assertThat(spec.fields().stream().map(field -> field.transform().toString()))
        .containsExactly("identity", "bucket[16]", "truncate[4]", "hour", "identity", "void");
    assertThat(PartitionText.print(spec)).containsExactlyElementsOf(texts);
  }

  @Test
  void theWordsOfOthersAndTheirCaseAreUnderstood() {
    assertThat(PartitionText.print(PartitionText.parse(SCHEMA, List.of("Months(DATE)"))))
        .containsExactly("month(date)");
    assertThat(SortText.print(SortText.parse(SCHEMA, List.of("DATE DESC NULLS FIRST"))))
        .containsExactly("date desc nulls first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "id desc",
        "id nulls last",
        "id desc nulls first",
        "bucket(4, id)",
        "day(date) desc",
        "\"odd \"\"name\""
      })
  void aSortOrderIsPrintedAsItIsRead(String text) {
    SortOrder order = SortText.parse(SCHEMA, List.of(text));
    assertThat(SortText.print(order)).containsExactly(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "moth(date)        | there is no transform 'moth'",
        "month(id)         | column 'id' is bigint, and month does not take that",
        "bucket(id)        | a whole number is missing before 'id'",
        "bucket(0, id)     | the number must be 1 or more",
        "month(date        | ')' is missing",
        "month(date) x     | nothing may follow before 'x'",
        "\"date            | a quote is not closed",
        "place             | column 'place' is struct(city varchar)",
        "dat               | there is no column 'dat'"
      })
  void whatCannotBeReadIsNamed(String text, String message) {
    assertThatThrownBy(() -> PartitionText.parse(SCHEMA, List.of(text)))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining(message);
  }

  @Test
  void partitioningTwiceByOneColumnIsRefused() {
    assertThatThrownBy(() -> PartitionText.parse(SCHEMA, List.of("day(date)", "hour(date)")))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("hour(date)");
  }

  @Test
  void anUnknownColumnComesWithTheNearest() {
    assertThatThrownBy(() -> ColumnNames.require(SCHEMA, "dat"))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.hint()).contains("did you mean 'date'?"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boolean",
        "integer",
        "bigint",
        "float",
        "double",
        "decimal(10, 2)",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "timestamp_ns",
        "varchar",
        "uuid",
        "blob",
        "integer[][]",
        "map(varchar, double)",
        "struct(a integer, \"b c\" struct(d date[]))"
      })
  void aTypeIsPrintedAsItIsRead(String text) {
    assertThat(TypeText.print(parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TIMESTAMP WITH TIME ZONE | timestamptz",
        "UBIGINT                  | decimal(20, 0)",
        "ENUM('a', 'b)')          | varchar",
        "INTEGER[3]               | integer[]",
        "STRING                   | varchar",
        "long                     | bigint",
        "STRUCT(\"a\"\"b\" JSON)  | struct(\"a\"\"b\" varchar)"
      })
  void otherNamesOfTypesAreUnderstood(String text, String printed) {
    assertThat(TypeText.print(parse(text))).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"interval", "bit", "time with time zone", "decimal(39, 1)", "int int", ""})
  void aTypeThatTablesLackIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(VarveException.class);
  }

  private static Type parse(String text) {
    return TypeText.parse(text, new AtomicInteger()::incrementAndGet);
  }
}
