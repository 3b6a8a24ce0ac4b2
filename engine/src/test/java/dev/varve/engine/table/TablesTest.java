package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.NUMBERS;
import static dev.varve.engine.table.LakeFixture.file;
import static dev.varve.engine.table.LakeFixture.longs;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  private static final TableName FLIGHTS = TableName.parse("flights");

  @TempDir Path directory;
  private LakeFixture lake;
  private Tables tables;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    tables = lake.tables();
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void theUuidOfATableNeverChanges() {
    TableName table = lake.create("t");
    LoadedTable loaded = lake.tables().loadHead(MAIN, table);
    TableMetadata other =
        TableMetadata.buildFrom(loaded.metadata()).assignUUID(UUID.randomUUID().toString()).build();
    TableChange change = new TableChange(table, Optional.of(loaded), other);

    assertThatThrownBy(() -> lake.tables().commit(on(MAIN), List.of(change)))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void aMetadataFileThatWasCutIsWrittenAgain() throws Exception {
    TableName table = lake.create("t");
    LoadedTable loaded = lake.tables().load(lake.head(MAIN), table);
    Path file = lake.warehouse().path(loaded.metadata().metadataFileLocation());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[0]);

    assertThat(lake.tables().restoreMetadataFile(loaded)).isTrue();
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void aTableAndItsFirstRowsAreOneCommit() {
    ObjectId before = lake.head(MAIN);
    Transaction creation = lake.begin(FLIGHTS, Map.of());
    creation.newAppend().appendFile(file(creation.table(), 1, 2, 3)).commit();
    assertThat(lake.find(MAIN, FLIGHTS)).isEmpty();

    creation.commitTransaction();

    Commit commit = lake.headCommit(MAIN);
    assertThat(Tables.lastCommit(creation).orElseThrow().commit()).isEqualTo(commit);
    assertThat(commit.parents()).containsExactly(before);
    assertThat(commit.message()).isEqualTo("create table flights with 3 rows");
    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1, 2, 3));
  }

  @Test
  void survivesARestart() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1, 2);

    lake = lake.reopen();

    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1, 2));
  }

  @Test
  void branchesHaveTheirOwnStatesAndOlderCommitsStay() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    ObjectId tagged = lake.head(MAIN);
    lake.branch(EXP);

    lake.append(EXP, FLIGHTS, 2);
    lake.append(MAIN, FLIGHTS, 3);

    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1, 3));
    assertThat(lake.numbers(EXP, FLIGHTS)).isEqualTo(longs(1, 2));
    assertThat(lake.numbers(tables.load(tagged, FLIGHTS))).isEqualTo(longs(1));
  }

  @Test
  void aBranchServesItsOwnLineageOnly() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    lake.branch(EXP);
    lake.append(EXP, FLIGHTS, 2);
    lake.append(MAIN, FLIGHTS, 3);

    TableMetadata main = tables.loadHead(MAIN, FLIGHTS).metadata();
    TableMetadata exp = tables.loadHead(EXP, FLIGHTS).metadata();

    assertThat(main.snapshots()).hasSize(2);
    assertThat(exp.snapshots()).hasSize(2);
    assertThat(main.currentSnapshot().snapshotId())
        .isNotEqualTo(exp.currentSnapshot().snapshotId());
    assertThat(main.refs().keySet()).containsExactly("main");
  }

  @Test
  void commitAndSnapshotReferToOneAnother() {
    lake.create("flights");
    ObjectId base = lake.head(MAIN);
    lake.append(MAIN, FLIGHTS, 1, 2);

    Commit commit = lake.headCommit(MAIN);
    TableMetadata metadata = tables.loadHead(MAIN, FLIGHTS).metadata();

    assertThat(commit.message()).isEqualTo("append 1 file, 2 rows to flights");
    assertThat(commit.properties())
        .containsEntry(
            "iceberg.snapshot-id.flights", Long.toString(metadata.currentSnapshot().snapshotId()));
    assertThat(metadata.currentSnapshot().summary())
        .containsEntry("varve.branch", "main")
        .containsEntry("varve.author", ADA.toString())
        .containsEntry("varve.base-commit", base.hex());
  }

  @Test
  void anEngineMaySignACommitThroughTheSnapshot() {
    lake.create("flights");
    Table table = lake.open(MAIN, FLIGHTS);
    table
        .newAppend()
        .appendFile(file(table, 1))
        .set("varve.author", "Eve <eve@example.org>")
        .set("varve.message", "nightly load")
        .commit();

    Commit commit = lake.headCommit(MAIN);
    assertThat(commit.message()).isEqualTo("nightly load");
    assertThat(commit.author()).isEqualTo(Author.parse("Eve <eve@example.org>"));
    assertThat(commit.committer()).isEqualTo(ADA);
  }

  @Test
  void theMessageGivenWithTheWriteWins() {
    lake.create("flights");
    Table table =
        tables.open(on(MAIN).withMessage("mine").withProperties(Map.of("run", "7")), FLIGHTS);
    table.newAppend().appendFile(file(table, 1)).set("varve.message", "other").commit();

    assertThat(lake.headCommit(MAIN).message()).isEqualTo("mine");
    assertThat(lake.headCommit(MAIN).properties()).containsEntry("run", "7");
  }

  @Test
  void derivedMessagesSayWhatHappened() {
    lake.create("flights");
    Table table = lake.open(MAIN, FLIGHTS);
    table.updateSchema().addColumn("x", Types.IntegerType.get()).commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("add column x to flights");
    table.updateSchema().renameColumn("x", "y").commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("rename column x of flights to y");
    table.updateSchema().updateColumn("y", Types.LongType.get()).commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("change column y of flights to long");
    table.updateSchema().deleteColumn("y").commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("drop column y from flights");
    table.updateSpec().addField(Expressions.bucket("n", 4)).commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("partition flights by bucket[4](n)");
    table.updateProperties().set("a", "b").commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("set a of flights");
  }

  @Test
  void deletesAndOverwritesAreCounted() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1, 2, 3);
    Table table = lake.open(MAIN, FLIGHTS);
    table
        .newOverwrite()
        .overwriteByRowFilter(Expressions.alwaysTrue())
        .addFile(file(table, 4))
        .commit();
    assertThat(lake.headCommit(MAIN).message())
        .isEqualTo("overwrite flights: 1 row in, 3 rows out");
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("delete 1 row from flights");
  }

  @Test
  void severalTablesChangeTogetherOrNotAtAll() {
    TableName a = lake.create("a");
    TableName b = lake.create("b");
    LoadedTable staleA = tables.loadHead(MAIN, a);
    LoadedTable loadedB = tables.loadHead(MAIN, b);
    TableChange changeB = change(loadedB, "k", "1");

    ObjectId before = lake.head(MAIN);
    tables.commit(on(MAIN), List.of(change(staleA, "k", "1"), changeB));
    assertThat(lake.headCommit(MAIN).parents()).containsExactly(before);
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("set k of a; set k of b");

    LoadedTable freshB = tables.loadHead(MAIN, b);
    ObjectId after = lake.head(MAIN);
    assertCode(
        ErrorCode.COMMIT_CONFLICT,
        () -> tables.commit(on(MAIN), List.of(change(freshB, "k", "2"), change(staleA, "k", "2"))));
    assertThat(lake.head(MAIN)).isEqualTo(after);
    assertThat(tables.loadHead(MAIN, b).metadata().properties()).containsEntry("k", "1");
  }

  @Test
  void aConflictSaysWhatBecameOfTheTable() {
    TableName a = lake.create("a");
    LoadedTable stale = tables.loadHead(MAIN, a);
    TableChange late = change(stale, "k", "1");
    ThrowingCallable commit = () -> tables.commit(on(MAIN), List.of(late));

    tables.commit(on(MAIN), List.of(change(stale, "k", "2")));
    assertThatThrownBy(commit)
        .hasMessage(
            "cannot commit to table 'a' on 'main':"
                + " it was changed by another commit since it was loaded");
    tables.drop(on(MAIN), a);
    assertThatThrownBy(commit).hasMessageContaining("it was dropped or renamed");
    lake.create("a");
    assertThatThrownBy(commit).hasMessageContaining("it was replaced by another table");
  }

  private static TableChange change(LoadedTable table, String key, String value) {
    TableMetadata updated =
        TableMetadata.buildFrom(table.metadata()).setProperties(Map.of(key, value)).build();
    return new TableChange(table.name(), Optional.of(table), updated);
  }

  @Test
  void aStaleWriterIsToldToRetry() {
    lake.create("flights");
    Table first = lake.open(MAIN, FLIGHTS);
    Table second = lake.open(MAIN, FLIGHTS);
    first.updateSchema().addColumn("x", Types.IntegerType.get()).commit();

    assertThatThrownBy(() -> second.updateSchema().addColumn("x", Types.IntegerType.get()).commit())
        .isInstanceOf(CommitFailedException.class);
    second.newAppend().appendFile(file(second, 1)).commit();
    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1));
  }

  @Test
  void twoCreationsOfOneTableGiveOne() {
    Transaction first = lake.begin(FLIGHTS, Map.of());
    Transaction second = lake.begin(FLIGHTS, Map.of());
    first.commitTransaction();

    assertThatThrownBy(second::commitTransaction)
        .isInstanceOf(AlreadyExistsException.class)
        .satisfies(
            e ->
                assertThat(TableErrors.toVarve((RuntimeException) e).code())
                    .isEqualTo(ErrorCode.TABLE_EXISTS));
    assertCode(ErrorCode.TABLE_EXISTS, () -> lake.create("flights"));
  }

  @Test
  void aTableReadAtACommitRefusesWrites() {
    lake.create("flights");
    Table table = tables.open(tables.load(lake.head(MAIN), FLIGHTS));

    assertThatThrownBy(() -> table.updateProperties().set("a", "b").commit())
        .isInstanceOf(ForbiddenException.class)
        .hasMessageContaining("only branches take commits");
  }

  @Test
  void dropKeepsFilesForOlderCommitsAndOtherBranches() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    lake.branch(EXP);
    ObjectId before = lake.head(MAIN);

    tables.drop(on(MAIN), FLIGHTS);

    assertThat(lake.find(MAIN, FLIGHTS)).isEmpty();
    assertThat(lake.headCommit(MAIN).message()).isEqualTo("drop table flights");
    assertThat(lake.numbers(EXP, FLIGHTS)).isEqualTo(longs(1));
    assertThat(lake.numbers(tables.load(before, FLIGHTS))).isEqualTo(longs(1));
    assertCode(ErrorCode.TABLE_NOT_FOUND, () -> tables.drop(on(MAIN), FLIGHTS));
  }

  @Test
  void aWriterNoticesThatItsTableWasReplaced() {
    lake.create("flights");
    Table table = lake.open(MAIN, FLIGHTS);
    tables.drop(on(MAIN), FLIGHTS);
    lake.create("flights");

    assertThatThrownBy(() -> table.newAppend().appendFile(file(table, 1)).commit())
        .isInstanceOf(NoSuchTableException.class);
  }

  @Test
  void aRenamedTableKeepsItsIdAndRows() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    tables.namespaces().create(on(MAIN), NamespaceName.parse("air"), Map.of());
    TableName to = TableName.parse("air.\"all flights\"");

    tables.rename(on(MAIN), FLIGHTS, to);

    assertThat(lake.headCommit(MAIN).message())
        .isEqualTo("rename table flights to air.\"all flights\"");
    assertThat(lake.find(MAIN, FLIGHTS)).isEmpty();
    assertThat(lake.numbers(MAIN, to)).isEqualTo(longs(1));
    lake.append(MAIN, to, 2);
    assertThat(lake.numbers(MAIN, to)).isEqualTo(longs(1, 2));
    lake.create("other");
    assertCode(ErrorCode.TABLE_EXISTS, () -> tables.rename(on(MAIN), TableName.parse("other"), to));
    assertCode(
        ErrorCode.NAMESPACE_NOT_FOUND,
        () -> tables.rename(on(MAIN), to, TableName.parse("nowhere.t")));
  }

  @Test
  void registerKeepsEverySnapshot() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    lake.append(MAIN, FLIGHTS, 2);
    TableMetadata before = tables.loadHead(MAIN, FLIGHTS).metadata();
    tables.drop(on(MAIN), FLIGHTS);

    tables.register(on(MAIN), FLIGHTS, before.metadataFileLocation());

    TableMetadata after = tables.loadHead(MAIN, FLIGHTS).metadata();
    assertThat(after.snapshots()).isEqualTo(before.snapshots());
    assertThat(after.uuid()).isEqualTo(before.uuid());
    lake.append(MAIN, FLIGHTS, 3);
    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1, 2, 3));
    assertCode(
        ErrorCode.TABLE_EXISTS,
        () -> tables.register(on(MAIN), FLIGHTS, before.metadataFileLocation()));
    tables.registerOver(on(MAIN), FLIGHTS, before.metadataFileLocation());
    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1, 2));
    assertCode(
        ErrorCode.FORBIDDEN,
        () -> tables.register(on(MAIN), TableName.parse("t"), "file:///etc/passwd"));
  }

  @Test
  void whoRegistersATableIsItsCommitsAuthor() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    TableMetadata before = tables.loadHead(MAIN, FLIGHTS).metadata();
    tables.drop(on(MAIN), FLIGHTS);
    Author grace = Author.parse("Grace <grace@example.org>");

    tables.register(WriteOptions.on(MAIN, grace), FLIGHTS, before.metadataFileLocation());

    assertThat(lake.headCommit(MAIN).author()).isEqualTo(grace);
  }

  @Test
  void aTableWithoutUuidIsRegisteredUnderOneThatStays() throws IOException {
    Path home = lake.warehouse().root().resolve("lake/tables/old-1");
    Path first = Files.createDirectories(home).resolve("v1.metadata.json");
    Files.writeString(
        first,
        """
        {"format-version": 1, "location": "file://%s", "last-updated-ms": 1, "last-column-id": 1,
         "schema": {"type": "struct", "fields":
           [{"id": 1, "name": "n", "required": true, "type": "long"}]},
         "partition-spec": [], "properties": {}, "current-snapshot-id": -1, "snapshots": []}
        """
            .formatted(home));
    Path second = Files.copy(first, home.resolve("v2.metadata.json"));

    tables.register(on(MAIN), FLIGHTS, "file://" + first);
    String uuid = tables.loadHead(MAIN, FLIGHTS).metadata().uuid();
    tables.registerOver(on(MAIN), FLIGHTS, "file://" + second);

    assertThat(tables.loadHead(MAIN, FLIGHTS).metadata().uuid()).isEqualTo(uuid).isNotNull();
    lake.append(MAIN, FLIGHTS, 1);
    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1));
  }

  @Test
  void metadataIsWeighedWithTheManifestListThatItsReadersLeaveInIt() {
    lake.create("flights");
    for (int i = 0; i < 20; i++) {
      Table table = lake.open(MAIN, FLIGHTS);
      table.newFastAppend().appendFile(file(table, i)).commit();
    }
    LoadedTable table = tables.loadHead(MAIN, FLIGHTS);
    byte[] value = lake.repository().value(table.content().value());

    int weight = new MetadataCache(lake.warehouse(), 1 << 20).weight(table.metadata(), value);

    int manifestBytes = table.metadata().currentSnapshot().allManifests(table.io()).size() * 500;
    assertThat(weight).isGreaterThan(value.length + manifestBytes);
  }

  @Test
  void noFileLiesAtTheLocationThatEnginesAreServed() {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    TableMetadata metadata = tables.loadHead(MAIN, FLIGHTS).metadata();

    assertThat(lake.warehouse().path(metadata.location())).doesNotExist();
    assertThat(metadata.properties()).containsEntry(TableProperties.GC_ENABLED, "false");
    assertThatThrownBy(
            () -> lake.open(MAIN, FLIGHTS).expireSnapshots().expireOlderThan(Long.MAX_VALUE))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void noClientTurnsDeletionOnOrMovesFiles() {
    lake.create("flights");
    lake.open(MAIN, FLIGHTS)
        .updateProperties()
        .set(TableProperties.GC_ENABLED, "true")
        .set(TableProperties.WRITE_DATA_LOCATION, "file:///tmp/elsewhere")
        .commit();

    Map<String, String> properties = tables.loadHead(MAIN, FLIGHTS).metadata().properties();
    assertThat(properties).containsEntry(TableProperties.GC_ENABLED, "false");
    assertThat(properties.get(TableProperties.WRITE_DATA_LOCATION))
        .startsWith(lake.warehouse().location());
  }

  @Test
  void refusesLocationsAndFilesOutsideTheWarehouse() {
    assertCode(
        ErrorCode.FORBIDDEN,
        () ->
            tables.newMetadata(
                FLIGHTS,
                NUMBERS,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Optional.of("file:///tmp/mine"),
                Map.of()));
    lake.create("flights");
    Table table = lake.open(MAIN, FLIGHTS);
    ObjectId before = lake.head(MAIN);
    assertThatThrownBy(
            () ->
                table
                    .newAppend()
                    .appendFile(
                        org.apache.iceberg.DataFiles.builder(table.spec())
                            .withPath("file:///etc/passwd")
                            .withFormat("parquet")
                            .withFileSizeInBytes(1)
                            .withRecordCount(1)
                            .build())
                    .commit())
        .isInstanceOf(ForbiddenException.class);
    assertThatThrownBy(() -> table.updateLocation().setLocation("file:///tmp").commit())
        .isInstanceOf(ForbiddenException.class);
    assertThat(lake.head(MAIN)).isEqualTo(before);
  }

  @Test
  void otherReadersFollowTheMetadataFileAndALostOneCanBeWrittenAgain() throws IOException {
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    LoadedTable loaded = tables.loadHead(MAIN, FLIGHTS);
    String location = loaded.metadata().metadataFileLocation();
    Path file = lake.warehouse().path(location);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(TableMetadataParser.read(lake.warehouse().io(), location).currentSnapshot())
        .isEqualTo(loaded.metadata().currentSnapshot());

    Files.delete(file);
    lake = lake.reopen();

    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(1));
    LoadedTable again = lake.tables().loadHead(MAIN, FLIGHTS);
    assertThat(lake.tables().restoreMetadataFile(again)).isTrue();
    assertThat(file).hasBinaryContent(bytes);
    assertThat(lake.tables().restoreMetadataFile(again)).isFalse();
  }

  @Test
  void listsTablesInOrderAndInPages() {
    tables.namespaces().create(on(MAIN), NamespaceName.parse("a"), Map.of());
    tables.namespaces().create(on(MAIN), NamespaceName.parse("a.b"), Map.of());
    for (String name : List.of("a.y", "a.x", "a.b.z", "q", "p")) {
      lake.create(name);
    }
    ObjectId head = lake.head(MAIN);

    assertThat(names(tables.list(head, Optional.empty(), Optional.empty(), 10)))
        .containsExactly("a.b.z", "a.x", "a.y", "p", "q");
    assertThat(names(tables.list(head, Optional.empty(), Optional.of(TableName.parse("a.x")), 2)))
        .containsExactly("a.y", "p");
    assertThat(
            names(tables.list(head, Optional.of(NamespaceName.parse("a")), Optional.empty(), 10)))
        .containsExactly("a.x", "a.y");
    assertThat(names(tables.list(head, Optional.of(NamespaceName.DEFAULT), Optional.empty(), 10)))
        .containsExactly("p", "q");
  }

  private static List<String> names(List<TableName> tables) {
    return tables.stream().map(TableName::toString).toList();
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(VarveException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
