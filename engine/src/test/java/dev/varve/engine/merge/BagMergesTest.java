package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.engine.change.Alteration;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.merge.rows.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Both branches changed rows that no key tells apart. */
class BagMergesTest extends TwoBranches {
  @Test
  void rowsWithoutAKeyAreCounted() {
    ingest(T, MAIN, "a\nx\nx\ny\nz\n", List.of());
    lake.lake().branch(EXP);
    edits.delete(on(EXP), T, "a = 'y'");
    append(EXP, "a\nx\n");
    edits.delete(on(MAIN), T, "a = 'z'");
    append(MAIN, "a\nx\n");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("x", "x", "x", "x");
  }

  @Test
  void aRowWithoutKeyRemovedOnBothSidesWithAdditionsIsAConflict() {
    ingest(T, MAIN, "a\nx\ny\n", List.of());
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'t'"), "a = 'x'");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "a = 'x'");

    assertThat(merge(ConflictOptions.NONE).conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(
            new RowConflict(
                Kind.REMOVED_ON_BOTH_SIDES,
                Optional.empty(),
                Optional.empty(),
                Optional.of("{\"a\":\"x\"}"),
                Optional.empty(),
                Optional.empty()));

    ConflictOptions theirs =
        new ConflictOptions(Side.THEIRS, new TreeMap<>(), new TreeMap<>(), RowPage.first(10));
    assertThat(merge(theirs).outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("t", "y");
  }

  @Test
  void aConflictWithoutAKeySaysThatASideIsTakenAsAWhole() {
    ingest(T, MAIN, "a\nx\ny\n", List.of());
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'t'"), "a = 'x'");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "a = 'x'");
    append(MAIN, "a\np\np\n");

    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);

    assertThat(conflict.code()).isEqualTo("rows-conflict");
    assertThat(conflict.message())
        .isEqualTo(
            "both sides removed 1 row of 't' and rows were added; without a row key (in base, too)"
                + " it cannot be told what became of it: ours has 3 rows added and 1 removed; theirs"
                + " 1 row added and 1 removed; so a side's rows are taken as a whole: 'theirs'"
                + " discards all that ours did, and 'ours' all that theirs did");
    assertThat(conflict.hint())
        .contains("--strategy t=ours", "--strategy t=theirs", "varve table set-key")
        .doesNotContain("t.COLUMN", "--rule");
    assertThat(conflict.details())
        .containsEntry("ours-rows", "3 rows added and 1 removed")
        .containsEntry("theirs-rows", "1 row added and 1 removed");
  }

  /** Base has none, so that its rows cannot be told apart. */
  @Test
  void aKeyThatBothSidesSetAfterwardsDoesNotTellRowsApart() {
    ingest(T, MAIN, "id,a\n1,x\n2,y\n", List.of("id"));
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of())));
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "id = 1");
    edits.alter(on(EXP), T, List.of(new Alteration.SetKey(List.of("id"))));
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of("id"))));

    assertThat(merge(ConflictOptions.NONE).conflicts().get(0).message())
        .contains("without a row key (in base, too)");
  }
}
