package dev.varve.engine.merge.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types.IntegerType;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows are what they were, each with the columns that its struct has. */
class SeenRowTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "id := 1, a := 2                    ! id := 1, a := 2                      ! true",
        "id := 1, a := 2                    ! id := 1, a := 2, n := NULL           ! true",
        "id := 1, a := NULL                 ! id := 1                              ! true",
        "id := 1, a := 2                    ! a := 2, id := 1                      ! true",
        "id := 1, a := 2                    ! id := 1, b := 2                      ! false",
        "id := 1, a := 2                    ! id := 1, a := NULL                   ! false",
        "id := 1, a := 2                    ! id := 1                              ! false",
        "id := 1                            ! id := 1, a := 2                      ! false",
        "id := 1, a := '2'                  ! id := 1, a := 2                      ! false",
        "id := 1, a := 'nan'::DOUBLE        ! id := 1, a := NULL::DOUBLE           ! false",
        "id := 1, a := NULL, b := 2         ! id := 1, a := 2, b := NULL           ! false",
        "id := 1, a := {'x': NULL}          ! id := 1, a := NULL                   ! false",
        "id := 1, a := {'x': 1, 'y': NULL}  ! id := 1, a := {'x': 1}               ! false",
        "id := 1, a := MAP {'x': NULL}      ! id := 1, a := MAP {}                 ! false",
        "id := 1, a := [1, NULL]            ! id := 1, a := [1]                    ! false",
        "id := 1, a := []                   ! id := 1                              ! false",
        "id := '1', a := 'x,\"b\":\"y'       ! id := '1', a := 'x', b := 'y'        ! false",
        "id := NULL                         !                                      ! false",
      })
  void aRowIsWhatItWasIfItHasTheSameValues(String before, String now, boolean same) {
    try (Duck duck = Duck.open(DuckSettings.defaults(temp));
        DuckSession session = duck.trusted()) {
      boolean found =
          session.query(
              "SELECT (%s) IS NOT DISTINCT FROM (%s)".formatted(text(before), text(now)),
              rows -> rows.next() && rows.getBoolean(1));
      assertThat(found).isEqualTo(same);
    }
  }

  /** The text of the row with these cells, or of none. */
  private static String text(String cells) {
    String row = cells == null ? "NULL::STRUCT(id INTEGER)" : "struct_pack(" + cells + ")";
    List<NestedField> columns =
        Stream.of(cells == null ? new String[] {"id :="} : cells.split(", (?=\\w+ :=)"))
            .map(cell -> cell.substring(0, cell.indexOf(' ')))
            .map(name -> NestedField.optional(name.charAt(0), name, IntegerType.get()))
            .toList();
    return "SELECT %s FROM (SELECT %s AS row)".formatted(SeenRow.text("\"row\"", columns), row);
  }
}
