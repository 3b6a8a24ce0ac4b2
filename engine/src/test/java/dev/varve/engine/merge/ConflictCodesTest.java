package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedView;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.apache.iceberg.view.ViewMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the way of a merge beside rows and columns, and who may win. */
class ConflictCodesTest {
  private static final NamespaceName SALES = NamespaceName.parse("sales");
  private static final TableName T = TableName.parse("t");
  private static final TableName U = TableName.parse("u");
  private static final TableName V = TableName.parse("v");

  @TempDir Path directory;
  private LakeFixture lake;
  private Duck duck;
  private Merges merges;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    merges = new Merges(lake.tables(), new Diffs(lake.tables(), () -> duck), () -> duck);
    lake.create("t");
    lake.tables().namespaces().create(on(MAIN), SALES, Map.of());
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Test
  void aTableThatGotTwoNames() {
    lake.branch(EXP);
    lake.tables().rename(on(MAIN), T, U);
    lake.tables().rename(on(EXP), T, V);

    requireConflict(
        "renamed-differently",
        "t",
        "our side renamed 't' to 'u', theirs to 'v'",
        Winner.OURS,
        Winner.THEIRS,
        Winner.VALUE);
  }

  @Test
  void aTableThatOursRenamedAndTheirsDropped() {
    lake.branch(EXP);
    lake.tables().rename(on(MAIN), T, U);
    lake.tables().drop(on(EXP), T);

    requireConflict(
        "renamed-and-removed",
        "t",
        "our side renamed 't' to 'u', theirs removed it",
        Winner.OURS,
        Winner.THEIRS);
  }

  @Test
  void aTableThatOursDroppedAndTheirsRenamed() {
    lake.branch(EXP);
    lake.tables().drop(on(MAIN), T);
    lake.tables().rename(on(EXP), T, U);

    requireConflict(
        "renamed-and-removed",
        "t",
        "our side removed 't', theirs renamed it to 'u'",
        Winner.OURS,
        Winner.THEIRS);
  }

  @Test
  void twoTablesThatGotOneName() {
    lake.create("u");
    lake.branch(EXP);
    lake.tables().rename(on(MAIN), T, V);
    lake.tables().rename(on(EXP), U, V);

    requireConflict(
        "key-taken", "v", "both sides have another table at 'v'", Winner.OURS, Winner.VALUE);
  }

  @Test
  void aNamespaceThatTheirsDroppedAndOursFilled() {
    lake.branch(EXP);
    lake.create("sales.orders");
    lake.tables().namespaces().drop(on(EXP), SALES);

    requireConflict(
        "namespace-in-use",
        "sales",
        "their side removed the namespace 'sales', ours has something in it",
        Winner.OURS);
  }

  @Test
  void aNamespaceThatOursDroppedAndTheirsFilled() {
    lake.branch(EXP);
    lake.tables().namespaces().drop(on(MAIN), SALES);
    createOn(EXP, TableName.parse("sales.orders"));

    requireConflict(
        "namespace-gone",
        "sales.orders",
        "their side put 'sales.orders' into the namespace 'sales', ours removed the namespace",
        Winner.OURS,
        Winner.THEIRS);
  }

  @Test
  void aViewThatBothChanged() {
    LoadedView base = lake.tables().views().create(on(MAIN), V, view());
    lake.branch(EXP);
    replace(MAIN, base, "select 2");
    replace(EXP, base, "select 3");

    requireConflict("both-changed", "v", "both sides changed 'v'", Winner.OURS, Winner.THEIRS);
  }

  @Test
  void aTableThatBothHaveAndBaseHasNot() {
    lake.branch(EXP);
    createOn(EXP, U);
    merges.merge(on(MAIN), Revision.of(EXP), MergeMode.SQUASH, Optional.empty());
    lake.open(EXP, U).updateProperties().set("owner", "ada").commit();

    requireConflict(
        "changed-without-base",
        "u",
        "'u' came to both branches after they parted, and its schema, layout or properties differ"
            + " now",
        Winner.OURS,
        Winner.THEIRS);
  }

  @Test
  void aTableThatTwoMoved() {
    String place = lake.open(MAIN, T).location();
    lake.branch(EXP);
    lake.open(MAIN, T).updateLocation().setLocation(place + "/ours").commit();
    lake.open(EXP, T).updateLocation().setLocation(place + "/theirs").commit();

    requireConflict(
        "location-differs",
        "t",
        "the location of 't' is '%1$s/ours' in ours and '%1$s/theirs' in theirs".formatted(place),
        Winner.BASE,
        Winner.OURS,
        Winner.THEIRS);
  }

  @Test
  void aColumnWithTheNameOfAPartition() {
    lake.branch(EXP);
    lake.open(MAIN, T).updateSchema().addColumn("part", Types.LongType.get()).commit();
    lake.open(EXP, T).updateSpec().addField("part", Expressions.bucket("n", 4)).commit();

    requireConflict(
        "metadata-does-not-fit",
        "t",
        "the changes of both sides to 't' do not fit together: ",
        Winner.OURS,
        Winner.THEIRS);
  }

  /** The only conflict of a merge of EXP into MAIN, which changes nothing. */
  private void requireConflict(String code, String subject, String message, Winner... winners) {
    ObjectId head = lake.head(MAIN);

    MergeReport report =
        merges.merge(on(MAIN), Revision.of(EXP), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(lake.head(MAIN)).isEqualTo(head);
    assertThat(report.conflicts()).hasSize(1);
    MergeConflict conflict = report.conflicts().get(0);
    assertThat(conflict.code()).isEqualTo(code);
    assertThat(conflict.subject()).isEqualTo(subject);
    assertThat(conflict.message()).startsWith(message);
    assertThat(conflict.hint()).isNotEmpty();
    assertThat(conflict.choice().orElseThrow().winners()).isEqualTo(Set.of(winners));
  }

  private void createOn(RefName branch, TableName table) {
    lake.tables()
        .create(
            on(branch),
            table,
            LakeFixture.NUMBERS,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of())
        .commitTransaction();
  }

  private ViewMetadata view() {
    UUID id = UUID.randomUUID();
    return ViewMetadata.builder()
        .assignUUID(id.toString())
        .setLocation(lake.tables().views().newLocation(V, id))
        .setCurrentVersion(version(1, "select 1"), LakeFixture.NUMBERS)
        .build();
  }

  private void replace(RefName branch, LoadedView base, String sql) {
    ViewMetadata changed =
        ViewMetadata.buildFrom(base.metadata())
            .setCurrentVersion(version(2, sql), base.metadata().schema())
            .build();
    lake.tables().views().update(on(branch), base, changed);
  }

  private static ImmutableViewVersion version(int id, String sql) {
    return ImmutableViewVersion.builder()
        .versionId(id)
        .schemaId(0)
        .timestampMillis(1_762_000_000_000L + id)
        .defaultNamespace(Namespace.of("default"))
        .addRepresentations(
            ImmutableSQLViewRepresentation.builder().sql(sql).dialect("spark").build())
        .build();
  }
}
