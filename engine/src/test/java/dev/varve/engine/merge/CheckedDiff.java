package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.diff.ColumnSummary;
import dev.varve.engine.diff.RowComparisons;
import dev.varve.engine.diff.RowDiff;
import dev.varve.engine.sql.Duck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types.NestedField;

/** Compares the rows by which two states differ with what lists of rows say of it. */
record CheckedDiff(Duck duck, StateRows read) {
  /** A row before and after, of which one may not be there. */
  private record Change(Optional<List<Object>> before, Optional<List<Object>> after) {}

  /**
   * Compares two states of which none has a key on several rows.
   *
   * @return what was compared: rows by their key or as bags, or nothing if no row differs
   */
  String check(TableMetadata before, TableMetadata after) {
    Schema schema = after.schema();
    Set<Integer> key = schema.identifierFieldIds();
    List<List<Object>> was = RowOracle.rows(read, before, schema);
    List<List<Object>> is = RowOracle.rows(read, after, schema);
    boolean keyed = !key.isEmpty() && key.equals(before.schema().identifierFieldIds());
    List<Change> expected = keyed ? byKey(schema, key, was, is) : asBags(was, is);

    RowDiff diff = RowComparisons.between(duck, before, after);

    ToldRows told = new ToldRows(schema);
    assertThat(
            diff.rows().stream()
                .map(it -> new Change(it.before().map(told::row), it.after().map(told::row)))
                .map(Change::toString)
                .sorted()
                .toList())
        .isEqualTo(expected.stream().map(Change::toString).sorted().toList());
    assertThat(diff.added())
        .isEqualTo(expected.stream().filter(it -> it.before().isEmpty()).count());
    assertThat(diff.removed())
        .isEqualTo(expected.stream().filter(it -> it.after().isEmpty()).count());
    assertThat(diff.total()).isEqualTo(expected.size());
    assertThat(diff.columns()).isEqualTo(summaries(schema, expected));
    return expected.isEmpty() ? "nothing" : keyed ? "by key" : "as bags";
  }

  private static List<Change> byKey(
      Schema schema, Set<Integer> key, List<List<Object>> was, List<List<Object>> is) {
    Map<List<Object>, List<Object>> before = new LinkedHashMap<>();
    was.forEach(row -> before.put(RowOracle.key(schema, key, row), row));
    List<Change> changes = new ArrayList<>();
    for (List<Object> row : is) {
      Optional<List<Object>> old =
          Optional.ofNullable(before.remove(RowOracle.key(schema, key, row)));
      if (!old.equals(Optional.of(row))) {
        changes.add(new Change(old, Optional.of(row)));
      }
    }
    before.values().forEach(row -> changes.add(new Change(Optional.of(row), Optional.empty())));
    return changes;
  }

  private static List<Change> asBags(List<List<Object>> was, List<List<Object>> is) {
    List<List<Object>> gone = new ArrayList<>(was);
    List<Change> changes = new ArrayList<>();
    for (List<Object> row : is) {
      if (!gone.remove(row)) {
        changes.add(new Change(Optional.empty(), Optional.of(row)));
      }
    }
    gone.forEach(row -> changes.add(new Change(Optional.of(row), Optional.empty())));
    return changes;
  }

  /** In how many of the changed rows each column changed. */
  private static List<ColumnSummary> summaries(Schema schema, List<Change> changes) {
    List<ColumnSummary> summaries = new ArrayList<>();
    int at = 0;
    for (NestedField column : schema.columns()) {
      int cell = at++;
      List<Change> changed =
          changes.stream()
              .filter(it -> it.before().isPresent() && it.after().isPresent())
              .filter(
                  it -> !Objects.equals(it.before().get().get(cell), it.after().get().get(cell)))
              .toList();
      if (!changed.isEmpty()) {
        summaries.add(
            new ColumnSummary(
                column.name(),
                changed.size(),
                nulls(changed.stream().map(Change::after), cell),
                nulls(changed.stream().map(Change::before), cell)));
      }
    }
    return summaries;
  }

  private static long nulls(Stream<Optional<List<Object>>> rows, int cell) {
    return rows.filter(row -> row.orElseThrow().get(cell) == null).count();
  }
}
