package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.Side;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strategies and rules settle what both branches changed differently. */
class SettledRowsTest extends TwoBranches {
  @Test
  void aSideOrARuleSettlesCells() {
    keyed("id,a,b,c\n1,x,10,1\n2,y,20,2\n");
    edits.update(on(EXP), T, Map.of("a", "'t'", "b", "12", "c", "5"), "id = 1");
    edits.update(on(MAIN), T, Map.of("a", "'o'", "b", "15", "c", "4"), "id = 1");
    edits.delete(on(EXP), T, "id = 2");
    edits.update(on(MAIN), T, Map.of("a", "'kept'"), "id = 2");

    ConflictOptions options =
        new ConflictOptions(
            Side.OURS,
            new TreeMap<>(Map.of("t.a", Side.THEIRS)),
            new TreeMap<>(Map.of("t.b", "greatest(ours.b, theirs.b) + base.c")),
            RowPage.first(10));
    assertThat(merge(options).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|t|16|4", "2|kept|20|2");
  }

  @Test
  void theirsMayWinATable() {
    keyed("id,a\n1,x\n2,y\n3,z\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id < 3");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "id = 1");
    edits.delete(on(MAIN), T, "id = 2");

    ConflictOptions options =
        new ConflictOptions(
            Side.FAIL, new TreeMap<>(Map.of("t", Side.THEIRS)), new TreeMap<>(), RowPage.first(10));
    assertThat(merge(options).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|t", "2|t", "3|z");
  }

  @Test
  void aRuleForATableSaysWhoWinsARow() {
    keyed("id,a,b,at\n1,x,10,1\n2,y,20,1\n3,z,30,1\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'", "at", "id"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'ours'", "at", "2"), "id < 3");
    edits.update(on(MAIN), T, Map.of("b", "99"), "id > 1");
    edits.update(on(EXP), T, Map.of("at", "5"), "id = 2");

    String later = "CASE WHEN ours.at > theirs.at THEN 'ours' ELSE 'theirs' END -- the later one";
    assertThat(merge(rules("t", later)).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|ours|10|2", "2|theirs|99|5", "3|theirs|99|3");
  }

  @Test
  void aRuleForAColumnGoesBeforeThatOfItsTable() {
    keyed("id,a,b\n1,x,10\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'", "b", "30"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'ours'", "b", "20"), "true");

    assertThat(merge(rules("t", "'ours'", "t.b", "ours.b + theirs.b")).outcome())
        .isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|ours|50");
  }

  @Test
  void aRuleForATableThatNamesNoWinnerIsToldWithTheRow() {
    keyed("id,a\n1,x\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'ours'"), "true");

    assertThatThrownBy(() -> merge(rules("t", "ours.a || '!'")))
        .hasMessage(
            "cannot use the rule 'ours.a || '!'' for 't' in the row {\"id\":1}: it gives neither ours"
                + " nor theirs");
    assertThatThrownBy(() -> merge(rules("t", "ours.nope")))
        .hasMessage(
            "cannot use the rule 'ours.nope' for 't': the merged table has no column 'nope'");
  }

  private static ConflictOptions rules(String... namesAndTexts) {
    TreeMap<String, String> rules = new TreeMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      rules.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return new ConflictOptions(Side.FAIL, new TreeMap<>(), rules, RowPage.first(10));
  }

  @Test
  void aRuleMayGiveAListOfStructs() {
    keyed("id,a\n1,x\n");
    lake.lake()
        .open(MAIN, T)
        .updateSchema()
        .addColumn(
            "l",
            Types.ListType.ofOptional(
                10, Types.StructType.of(Types.NestedField.optional(11, "p", Types.LongType.get()))))
        .commit();
    merges.merge(on(EXP), Revision.of(MAIN), MergeMode.FAST_FORWARD_ONLY, Optional.empty());
    edits.update(on(EXP), T, Map.of("l", "[{'p': 1}]"), "true");
    edits.update(on(MAIN), T, Map.of("l", "[{'p': 2}]"), "true");

    assertThat(merge(rules("t.l", "theirs.l")).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|x|[Record(1)]");
  }

  @Test
  void aRuleThatFailsOnARowChangesNothingAndLeavesNoFile() {
    keyed("id,a\n1,x\n2,y\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "true");
    ObjectId head = lake.lake().head(MAIN);
    Set<Path> before = files();

    for (String rule : List.of("error('no: ' || ours.a)", "ours.nothing", "ours.a::INT::VARCHAR")) {
      ConflictOptions options = rules("t.a", rule);
      assertThatThrownBy(() -> merge(options))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> assertThat(e.code()).as(rule).isEqualTo(ErrorCode.INVALID_SQL));
      if (rule.equals("ours.nothing")) {
        assertThatThrownBy(() -> merge(options))
            .hasMessage(
                "cannot use the rule 'ours.nothing' for 't.a': the merged table has no column"
                    + " 'nothing'");
      }
    }

    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "greatst(ours.b, theirs.b) ! : scalar Function with name greatst does not exist ! greatest",
        "'abc'                     ! : could not convert string 'abc' to INT64          ! b, theirs.b",
        "ours.b, theirs.b          ! : a comma separates it into several                ! such as",
        "(ours.b, theirs.b)        ! : it is a row of values                            ! such as",
        "ours.b +                  ! : it ends too early                                ! such as",
        "[ours.b]                  !  in the row {\"id\":1}: unimplemented type for cast  ! column can",
        "ours.a + theirs.c         ! : the merged table has no column 'c'               ! theirs.a",
        "ours.a                    !  in the row {\"id\":2}: could not convert string 'o' ! column can",
      })
  void aRuleThatFailsIsNamed(String rule, String why, String hint) {
    keyed("id,a,b\n1,7,10\n2,x,20\n3,z,30\n");
    edits.update(on(EXP), T, Map.of("a", "'5'", "b", "b + 1"), "id < 3");
    edits.update(on(MAIN), T, Map.of("a", "CASE id WHEN 1 THEN '6' ELSE 'o' END"), "id < 3");
    edits.update(on(MAIN), T, Map.of("b", "b + 2"), "id < 3");

    refuses(
        Map.of("t.a", Side.OURS),
        Map.of("t.b", rule),
        "cannot use the rule '%s' for 't.b'%s%s"
            .formatted(rule, why.startsWith(":") ? "" : " ", why),
        hint);
  }

  @Test
  void whatCanNeverSettleAColumnIsRefused() {
    keyed("id,a\n1,x\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "true");
    String key =
        "cannot settle 't.id': it is a column of the row key of 't', which never conflicts";
    refuses(Map.of(), Map.of("t.id", "ours.id"), key, "name another column");
    refuses(Map.of("t.id", Side.OURS), Map.of(), key, "name another column");
    refuses(
        Map.of("t.a", Side.OURS),
        Map.of("t.A", "theirs.a"),
        "cannot settle 't.A' twice: by the strategy 'ours' and by the rule 'theirs.a'",
        "one strategy or one rule");
    refuses(
        Map.of("t.a", Side.OURS, "t.A", Side.THEIRS),
        Map.of(),
        "cannot settle 't.a' twice: by the strategy 'theirs' and by the strategy 'ours'",
        "one strategy or one rule");
  }

  @Test
  void aColumnOfATableWithoutAKeyIsSettledWithItsTable() {
    lake.append("id,a\n1,x\n");
    lake.lake().branch(EXP);
    edits.delete(on(EXP), T, "true");
    refuses(
        Map.of("t.a", Side.OURS),
        Map.of(),
        "cannot settle 't.a': 't' has no row key, so that its rows conflict as a whole",
        "t=ours or t=theirs");
  }

  private void refuses(
      Map<String, Side> strategies, Map<String, String> rules, String message, String hint) {
    ObjectId head = lake.lake().head(MAIN);
    ConflictOptions options =
        new ConflictOptions(
            Side.FAIL, new TreeMap<>(strategies), new TreeMap<>(rules), RowPage.first(10));
    assertThatThrownBy(() -> merge(options))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e).hasMessageStartingWith(message);
              assertThat(e.getMessage()).doesNotContain("__varve", "LINE");
              assertThat(e.hint().orElseThrow()).contains(hint).doesNotContain("__varve");
            });
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
  }

  @Test
  void aRuleIsAnExpressionAndNothingElse() {
    keyed("id,a\n1,x\n");
    for (String rule : List.of("a", "(SELECT 1)", "ours.a) FROM x --")) {
      ConflictOptions options = rules("t.a", rule);
      assertThatThrownBy(() -> merge(options)).as(rule).isInstanceOf(VarveException.class);
    }
  }
}
