package dev.varve.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest extends QueryFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT count(*) FROM people | 3",
        "SELECT count(*) FROM PEOPLE | 3",
        "FROM people SELECT max(id) | 3",
        "SELECT count(*) FROM people AT (VERSION => 'v1') | 2",
        "SELECT count(*) FROM \"people@v1\" | 2",
        "SELECT count(*) FROM hr.people | 3",
        "SELECT max(hr.people.id) FROM hr.people WHERE Hr.People.id < 3 | 2",
        "SELECT count(*) FROM people a JOIN people b AT (VERSION => 'v1') USING (id) | 2",
        "SELECT count(*) FROM people p ANTI JOIN people AS q AT (VERSION => 'v1') USING (id) | 1",
        "SELECT 'é', count(*) FROM people AT (VERSION => 'v1') -- é | é",
        "SELECT length('é') + count(*) FROM people AT (VERSION => 'v1') WHERE 'é' <> 'e' | 3",
        "WITH people AS (SELECT 7 AS x) SELECT x FROM people | 7",
        "WITH c AS (FROM people) SELECT count(*) FROM c | 3",
        "WITH people AS (FROM people WHERE id > 1) SELECT count(*) FROM people | 2",
        "WITH RECURSIVE c AS (SELECT 1 n UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT max(n) FROM c | 9",
        "SELECT (SELECT count(*) FROM people) | 3",
        "SELECT count(*) FROM (VALUES (1), (2)) t(x) | 2",
        "SELECT sum(x) FROM people AS p(x, y) | 6",
        "SELECT count(*) FROM people UNION ALL (SELECT 5) ORDER BY 1 | 3",
        "SELECT count(*) FROM (PIVOT people ON id IN (1, 2) USING count(*)) | 3",
        "SELECT count(*) FROM people TABLESAMPLE 100% | 3",
        "SELECT sum(v) FROM people, range(3) r(v) | 9",
        "SELECT people.name FROM people WHERE people.id = 1 | ann",
        "SELECT count(*) FROM (SHOW TABLES) | 2",
        "SELECT count(*) FROM (DESCRIBE people) | 2"
      })
  void tablesAreFoundWhereverAQueryNamesThem(String query, String expected) {
    assertThat(value(query)).hasToString(expected);
  }

  @Test
  void tablesAreListedAndDescribed() {
    assertThat(rows("SHOW TABLES")).containsExactly(List.of("hr.people"), List.of("people"));
    assertThat(rows("DESCRIBE people").get(1)).startsWith("name", "VARCHAR");
    assertThat(rows("SUMMARIZE people")).hasSize(2);
    assertThat(rows("TABLE people")).hasSize(3);
    assertThat(rows("/* why */ EXPLAIN SELECT * FROM people WHERE id = 1")).isNotEmpty();
    assertThat(rows("explain analyze SELECT * FROM people")).isNotEmpty();
  }

  @Test
  void anUnknownTableIsAnsweredWithNearNames() {
    assertThatThrownBy(() -> rows("SELECT * FROM poeple"))
        .asInstanceOf(InstanceOfAssertFactories.type(VarveException.class))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
              assertThat(e).hasMessage("there is no table 'poeple' at 'main'");
              assertThat(e.hint()).contains("did you mean 'people' or 'hr.people'?");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 'é' FROM FROM | line 1, column 17",
        "SELECT 'é', nme FROM people AT (VERSION => 'v1') | line 1, column 13",
        "EXPLAIN SELECT nme FROM people | line 1, column 16",
        "SELECT * FROM people AT (VERSION => 'v1') WHERE nme = 1 | line 1, column 49"
      })
  void errorsTellTheirPlaceInTheUsersText(String query, String place) {
    assertThatThrownBy(() -> rows(query))
        .hasMessageEndingWith(place)
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.INVALID_SQL);
  }

  @Test
  void placesAreCountedInLines() {
    assertThatThrownBy(() -> rows("SELECT id,\n  nme\nFROM people"))
        .hasMessageEndingWith("line 2, column 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ;",
        "SELECT 1; SELECT 2",
        "SELECT ?",
        "DROP TABLE people",
        "INSERT INTO people VALUES (4, 'x')",
        "DELETE FROM people",
        "PIVOT people ON name USING count(*)",
        "SHOW DATABASES",
        "SELECT * FROM people AT (VERSION => id)"
      })
  void onlyOneQueryIsTaken(String text) {
    assertThatThrownBy(() -> rows(text))
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.INVALID_SQL);
  }

  @Test
  void deepTextsAreRefusedAndHarmNothing() {
    String nested = "SELECT * FROM (".repeat(8000) + "SELECT 1" + ")".repeat(8000);
    String sum = "SELECT 1" + "+1".repeat(50_000);
    String joins = "SELECT 1 FROM people a0" + ", people".repeat(900);
    String unclosed = "SELECT 1 FROM " + "(".repeat(130_000);
    String hidden = "SELECT '" + ")".repeat(50_000) + "', " + "(".repeat(50_000);
    for (String text : List.of(nested, sum, joins, unclosed, hidden)) {
      assertThatThrownBy(() -> rows(text)).isInstanceOf(VarveException.class);
    }
    assertThat(rows("SELECT * FROM (".repeat(60) + "SELECT 1" + ")".repeat(60))).hasSize(1);
    assertThat(value("SELECT 1" + "+1".repeat(200))).isEqualTo(201L);
  }
}
