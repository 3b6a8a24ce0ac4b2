package dev.varve.engine.prepared;

import static dev.varve.engine.ingest.IngestFixture.T;
import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said of conflicts between rows, and what is refused when it is said. */
class RowAnswersTest {
  private static final TableName CONFLICTS = TableName.parse("conflicts.t");

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private PreparedMerges prepared;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
    Merges merges =
        new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);
    prepared =
        new PreparedMerges(
            lake.lake().tables(), merges, lake.ingest(), edits, lake::duck, lake.temp());
    ingest("id,a,b\n1,10,7\n2,20,x\n3,30,y\n", List.of("id"));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void ingest(String rows, List<String> key) {
    lake.ingest()
        .ingest(
            IngestFixture.text(rows).with(new NewTable(key, List.of(), List.of())),
            ProgressListener.NONE);
  }

  /** Conflicts: cell a of rows 1 and 2, and row 3, which theirs removed. */
  private RefName prepare() {
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "a + 1"), "id < 3");
    edits.delete(on(EXP), T, "id = 3");
    edits.update(on(MAIN), T, Map.of("a", "a + 2"), "true");
    return prepared
        .merge(
            on(MAIN),
            Revision.of(EXP),
            MergeMode.NO_FAST_FORWARD,
            Optional.empty(),
            ConflictOptions.NONE)
        .prepared()
        .orElseThrow()
        .name();
  }

  private long say(
      RefName merge, String key, String where, String column, Take take, String value) {
    return prepared.resolve(
        merge,
        new Resolution(
            T,
            Optional.ofNullable(key).stream().toList(),
            where,
            Optional.ofNullable(column),
            take,
            Optional.ofNullable(value)),
        ADA);
  }

  private void refuses(RefName merge, ThrowingCallable call, String message, String hint) {
    ObjectId head = lake.lake().head(merge);
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e).hasMessageStartingWith(message);
              assertThat(e.getMessage()).doesNotContain("__varve", "LINE");
              assertThat(e.hint().orElseThrow()).contains(hint).doesNotContain("__varve");
            });
    assertThat(lake.lake().head(merge)).isEqualTo(head);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "'abc'              ! could not convert string 'abc' to INT64                ! can take",
        "ours.b             ! could not convert string 'x' to INT64, in the row {\"id\":2} ! can take",
        "1, 2               ! a comma separates it into several                      ! one expression",
        "(1, 2)             ! it is a row of values                                  ! one value",
        "1) + (2            ! it is not one expression                               ! one expression",
        "greatst(1, 2)      ! scalar Function with name greatst does not exist       ! greatest",
        "yours.a            ! referenced table \"yours\" not found                   ! did you mean",
        "[1]                ! unimplemented type for cast (INTEGER[] -> BIGINT)      ! can take",
        "error('100%')      ! 100%                                                   ! can take",
      })
  void aValueThatTheColumnCannotTakeIsRefused(String value, String why, String hint) {
    RefName merge = prepare();
    refuses(
        merge,
        () -> say(merge, null, "true", "A", Take.VALUE, value),
        "cannot resolve conflicts in 't.a', which is bigint, by the value \"%s\": %s"
            .formatted(value, why),
        hint);
  }

  @Test
  void nullIsNoValueOfARequiredColumn() {
    lake.lake().open(MAIN, T).updateSchema().allowIncompatibleChanges().requireColumn("a").commit();
    RefName merge = prepare();
    refuses(
        merge,
        () -> say(merge, null, "true", "a", Take.VALUE, "nullif(ours.a, 22)"),
        "cannot resolve conflicts in 't.a', which is bigint, by the value \"nullif(ours.a, 22)\":"
            + " it is null, in the row {\"id\":2}",
        "the column is required");
    assertThat(say(merge, "1", "true", "a", Take.VALUE, "nullif(ours.a, 22)")).isEqualTo(1);
  }

  @Test
  void aValueIsGivenForTheConflictsThatAreMeant() {
    RefName merge = prepare();
    assertThat(say(merge, "1", "true", "a", Take.VALUE, "ours.b")).isEqualTo(1);
    assertThat(say(merge, null, "ours.b = 'x'", "a", Take.VALUE, "ours.a * 1.1")).isEqualTo(1);
    assertThat(say(merge, null, "cell IS NULL", null, Take.OURS, null)).isEqualTo(1);
    prepared.finish(merge, ADA);
    assertThat(lake.rows(lake.lake().tables().loadHead(merge, T)))
        .containsExactlyInAnyOrder("1|7|7", "2|24|x", "3|32|y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "7 ! -     ! ours   ! no row of 't' with the key '7' is in conflict        ! varve sql",
        "- ! prize ! ours   ! 't' has no column 'prize'                            ! the columns are",
        "- ! aa    ! ours   ! 't' has no column 'aa'                               ! did you mean",
        "- ! id    ! theirs ! column 'id' of 't' is of the row key                 ! --key",
        "- ! b     ! theirs ! column 'b' of 't' is not in conflict                 ! varve sql",
        "1 ! b     ! none   ! column 'b' of 't' is not in conflict in the row with the key '1' ! --ref merge/1",
        "3 ! a     ! theirs ! the conflicts of 't' in the row with the key '3' are of whole rows, not of columns ! name no column",
        "3 ! -     ! base   ! the conflicts of 't' in the row with the key '3' are of whole rows, of which 'base' cannot win ! ours or theirs",
      })
  void whatIsSaidOfNoConflictIsRefused(
      String key, String column, String take, String message, String hint) {
    RefName merge = prepare();
    refuses(
        merge,
        () ->
            say(
                merge,
                key,
                "true",
                column,
                Take.valueOf(take.toUpperCase(java.util.Locale.ROOT)),
                null),
        message,
        hint);
  }

  @Test
  void aRowThatBothSidesAddedHasNoCellToGoBackTo() {
    lake.lake().branch(EXP);
    for (RefName branch : List.of(EXP, MAIN)) {
      edits.update(on(branch), T, Map.of("b", "'z'"), "id = 3");
      edits.update(
          on(branch), T, Map.of("id", "9", "a", branch.equals(MAIN) ? "1" : "2"), "id = 3");
    }
    RefName merge =
        prepared
            .merge(
                on(MAIN),
                Revision.of(EXP),
                MergeMode.NO_FAST_FORWARD,
                Optional.empty(),
                ConflictOptions.NONE)
            .prepared()
            .orElseThrow()
            .name();
    refuses(
        merge,
        () -> say(merge, "9", "true", null, Take.BASE, null),
        "the conflicts of 't' in the row with the key '9' are of rows that both sides added",
        "ours or theirs");
  }

  @Test
  void aConditionThatIsTrueOfNoneSaysNothing() {
    RefName merge = prepare();
    ObjectId head = lake.lake().head(merge);
    assertThat(say(merge, null, "ours.a > 1000", null, Take.OURS, null)).isZero();
    assertThat(say(merge, null, "ours.a > 1000", "a", Take.VALUE, "1")).isZero();
    assertThat(lake.lake().head(merge)).isEqualTo(head);
  }

  @Test
  void aConditionIsOneExpressionThatIsTrueOrFalse() {
    RefName merge = prepare();
    refuses(
        merge,
        () -> say(merge, "1", "false) OR (true", null, Take.OURS, null),
        "cannot use the expression 'false) OR (true': it is not one expression",
        "one expression");
    refuses(
        merge,
        () -> say(merge, "1", "ours.a", null, Take.OURS, null),
        "cannot use the condition 'ours.a': it is bigint, not true or false",
        "compare it");
    refuses(
        merge,
        () -> say(merge, "1", "true", "a", Take.OURS, "5"),
        "a value wins if one is given, and only then",
        "give a value");
  }

  @Test
  void whatFailsWhenTheMergeIsFinishedIsNamed() {
    RefName merge = prepare();
    say(merge, null, "true", null, Take.OURS, null);
    edits.update(on(merge), CONFLICTS, Map.of("take", "'value'", "value", "'abc'"), "key.id = 2");
    refuses(
        merge,
        () -> prepared.finish(merge, ADA),
        "cannot settle 't.a' in the row {\"id\":2} by what was given: could not convert string 'abc'",
        "varve prepared resolve");
  }

  @Test
  void conflictsThatCannotBeReadLeaveNoSessionOpen() throws IOException {
    RefName merge = prepare();
    LoadedTable kept = lake.lake().find(merge, CONFLICTS).orElseThrow();
    DuckSettings defaults = lake.duck().settings();
    DuckSettings single =
        new DuckSettings(
            defaults.memoryBytes(),
            defaults.queryMemoryBytes(),
            defaults.threads(),
            1,
            1,
            Duration.ZERO,
            defaults.temp());
    Resolution asked =
        new Resolution(T, List.of(), "true", Optional.empty(), Take.OURS, Optional.empty());
    Files.delete(
        lake.lake().warehouse().path(kept.metadata().currentSnapshot().manifestListLocation()));
    try (Duck duck = Duck.open(single)) {
      assertThatThrownBy(() -> new ConflictRows(duck, prepared.load(merge), kept, asked))
          .hasMessageContaining("avro");

      assertThatCode(() -> duck.trusted().close()).doesNotThrowAnyException();
    }
  }

  @Test
  void whatWasSaidOutlivesColumnsInWhichRowsHaveNoValue() {
    RefName merge = prepare();
    say(merge, null, "true", null, Take.THEIRS, null);
    Table table = lake.lake().open(MAIN, T);
    table.updateSchema().addColumn("note", Types.StringType.get()).moveFirst("b").commit();

    assertThat(open(prepared.finish(merge, ADA))).isZero();

    prepared.publish(merge, ADA);
    assertThat(lake.rows()).containsExactly("7|1|11|null", "x|2|21|null");
  }

  @Test
  void whatWasSaidDoesNotCountForRowsWithValuesInOtherColumns() {
    RefName merge = prepare();
    say(merge, null, "true", null, Take.THEIRS, null);
    lake.lake().open(MAIN, T).updateSchema().addColumn("note", Types.StringType.get()).commit();
    edits.update(on(MAIN), T, Map.of("note", "'seen by nobody'"), "id = 2");
    assertThat(open(prepared.finish(merge, ADA))).isEqualTo(1);

    say(merge, null, "true", null, Take.THEIRS, null);
    lake.lake().open(MAIN, T).updateSchema().renameColumn("note", "remark").commit();
    assertThat(open(prepared.finish(merge, ADA))).isEqualTo(1);

    say(merge, null, "true", null, Take.THEIRS, null);
    lake.lake().open(MAIN, T).updateSchema().deleteColumn("b").commit();
    assertThat(open(prepared.finish(merge, ADA))).isEqualTo(3);
  }

  @Test
  void whatWasSaidIsAskedAgainWhenTheKeyHasAnotherName() {
    RefName merge = prepare();
    say(merge, null, "true", null, Take.THEIRS, null);
    lake.lake().open(MAIN, T).updateSchema().renameColumn("id", "ident").commit();

    assertThat(open(prepared.finish(merge, ADA))).isEqualTo(3);
  }

  /** Of how many conflicts nothing is said. */
  private long open(Preparation made) {
    return prepared.open(made.prepared().orElseThrow()).stream()
        .mapToLong(OpenConflict::open)
        .sum();
  }
}
