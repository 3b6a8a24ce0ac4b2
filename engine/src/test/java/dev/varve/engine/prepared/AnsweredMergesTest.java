package dev.varve.engine.prepared;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.LoadedView;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges whose conflicts of metadata are answered, and what their rows and views are then. */
class AnsweredMergesTest {
  private static final TableName VIEW = TableName.parse("v");

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private PreparedMerges prepared;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    LakeFixture fixture = lake.lake();
    edits = new TableEdits(fixture.tables(), lake::duck);
    Merges merges =
        new Merges(fixture.tables(), new Diffs(fixture.tables(), lake::duck), lake::duck);
    prepared =
        new PreparedMerges(fixture.tables(), merges, lake.ingest(), edits, lake::duck, lake.temp());
    lake.ingest()
        .ingest(
            IngestFixture.text("id,a,b\n1,10,100\n2,20,200\n")
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Table table(RefName branch) {
    return lake.lake().open(branch, IngestFixture.T);
  }

  /** Merges EXP into MAIN, answering all alike. */
  private void merge(Take take, Optional<String> value) {
    PreparedMerge merge =
        prepared
            .merge(
                on(MAIN),
                Revision.of(EXP),
                MergeMode.NO_FAST_FORWARD,
                Optional.empty(),
                ConflictOptions.NONE)
            .prepared()
            .orElseThrow();
    assertThat(merge.state()).isEqualTo(PreparedMerge.State.CONFLICTED);
    prepared.resolve(
        merge.name(),
        new ChoiceResolution(Optional.empty(), Optional.empty(), "true", take, value),
        ADA);
    Preparation finished = prepared.finish(merge.name(), ADA);
    assertThat(finished.report().conflicts()).isEmpty();
    assertThat(finished.report().outcome()).isEqualTo(MergeOutcome.MERGE);
    prepared.publish(merge.name(), ADA);
  }

  private LoadedTable merged() {
    return lake.table();
  }

  @Test
  void twoNewColumnsOfOneNameAreBothKeptWithTheirValues() {
    lake.lake().branch(EXP);
    for (RefName side : List.of(MAIN, EXP)) {
      table(side).updateSchema().addColumn("n", Types.LongType.get()).commit();
    }
    edits.update(on(MAIN), IngestFixture.T, Map.of("n", "7"), "id = 1");
    edits.update(on(EXP), IngestFixture.T, Map.of("n", "8"), "id = 2");

    merge(Take.VALUE, Optional.of("m"));

    assertThat(lake.rows()).containsExactly("1|10|100|7|null", "2|20|200|null|8");
    assertThat(merged().metadata().schema().columns().get(4).name()).isEqualTo("m");
  }

  @Test
  void aLayoutIsThatOfWhoWins() {
    lake.lake().branch(EXP);
    table(MAIN).updateSpec().addField("a").commit();
    table(EXP).updateSpec().addField(Expressions.bucket("id", 4)).commit();
    table(MAIN).replaceSortOrder().asc("a").commit();
    table(EXP).replaceSortOrder().desc("b").commit();

    merge(Take.THEIRS, Optional.empty());

    assertThat(merged().metadata().spec().fields().get(0).name()).isEqualTo("id_bucket_4");
    assertThat(merged().metadata().sortOrder().fields().get(0).direction().name())
        .isEqualTo("DESC");
    assertThat(lake.rows()).containsExactly("1|10|100", "2|20|200");
  }

  @Test
  void rowsThatDoNotFitTheMergedKeyLeaveTheTableAsAWhole() {
    lake.lake().branch(EXP);
    table(EXP)
        .updateSchema()
        .allowIncompatibleChanges()
        .requireColumn("a")
        .setIdentifierFields("a")
        .commit();
    lake.append("id,a,b\n3,10,300\n");

    merge(Take.OURS, Optional.empty());

    assertThat(lake.rows()).containsExactly("1|10|100", "2|20|200", "3|10|300");
    assertThat(merged().metadata().schema().identifierFieldNames()).isEqualTo(Set.of("id"));
  }

  @Test
  void aTableWhoseNewNameGoesToAnotherHasItsOldNameAgain() {
    TableName wanted = TableName.parse("wanted");
    lake.lake().branch(EXP);
    lake.lake().tables().rename(on(MAIN), IngestFixture.T, wanted);
    lake.lake()
        .tables()
        .create(
            on(EXP),
            wanted,
            LakeFixture.NUMBERS,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of())
        .commitTransaction();

    merge(Take.THEIRS, Optional.empty());

    assertThat(lake.rows()).containsExactly("1|10|100", "2|20|200");
    assertThat(lake.lake().numbers(MAIN, wanted)).isEmpty();
  }

  @Test
  void aViewThatBothChangedIsThatOfWhoWins() {
    LoadedView base = lake.lake().tables().views().create(on(MAIN), VIEW, view("select 1"));
    lake.lake().branch(EXP);
    replace(MAIN, base, "select 2");
    replace(EXP, base, "select 3");

    merge(Take.THEIRS, Optional.empty());

    assertThat(viewOnMain()).contains("select 3");
  }

  @Test
  void whatNoConflictCanBeAnsweredWithIsRefused() {
    LoadedView base = lake.lake().tables().views().create(on(MAIN), VIEW, view("select 1"));
    lake.lake().branch(EXP);
    replace(MAIN, base, "select 2");
    lake.lake().tables().views().drop(on(EXP), VIEW);

    assertThatThrownBy(() -> merge(Take.VALUE, Optional.of("v")))
        .hasMessageContaining("where 'value' cannot win");
  }

  @Test
  void aViewThatOneSideDroppedStaysOrGoes() {
    LoadedView base = lake.lake().tables().views().create(on(MAIN), VIEW, view("select 1"));
    lake.lake().branch(EXP);
    replace(MAIN, base, "select 2");
    lake.lake().tables().views().drop(on(EXP), VIEW);

    merge(Take.THEIRS, Optional.empty());

    assertThat(viewOnMain()).isEmpty();
  }

  @Test
  void propertiesOfANamespaceAreAnswered() {
    NamespaceName sales = NamespaceName.parse("sales");
    lake.lake().tables().namespaces().create(on(MAIN), sales, Map.of());
    lake.lake().branch(EXP);
    lake.lake().tables().namespaces().update(on(MAIN), sales, Map.of("k", "1"), Set.of());
    lake.lake().tables().namespaces().update(on(EXP), sales, Map.of("k", "2"), Set.of());

    merge(Take.VALUE, Optional.of("3"));

    assertThat(lake.lake().tables().namespaces().load(lake.lake().head(MAIN), sales))
        .containsEntry("k", "3");
  }

  private void replace(RefName branch, LoadedView base, String sql) {
    ViewMetadata changed =
        ViewMetadata.buildFrom(base.metadata())
            .setCurrentVersion(version(2, sql), base.metadata().schema())
            .build();
    lake.lake().tables().views().update(on(branch), base, changed);
  }

  private Optional<String> viewOnMain() {
    return lake.lake()
        .tables()
        .views()
        .find(lake.lake().head(MAIN), VIEW)
        .map(
            view ->
                ((SQLViewRepresentation) view.metadata().currentVersion().representations().get(0))
                    .sql());
  }

  private ViewMetadata view(String sql) {
    UUID id = UUID.randomUUID();
    return ViewMetadata.builder()
        .assignUUID(id.toString())
        .setLocation(lake.lake().tables().views().newLocation(VIEW, id))
        .setCurrentVersion(
            version(1, sql), new Schema(Types.NestedField.required(1, "n", Types.LongType.get())))
        .build();
  }

  private static ImmutableViewVersion version(int id, String sql) {
    return ImmutableViewVersion.builder()
        .versionId(id)
        .schemaId(0)
        .timestampMillis(1_762_000_000_000L + id)
        .defaultNamespace(Namespace.of("default"))
        .representations(
            List.of(ImmutableSQLViewRepresentation.builder().sql(sql).dialect("spark").build()))
        .build();
  }
}
