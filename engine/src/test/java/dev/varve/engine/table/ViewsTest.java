package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.apache.iceberg.view.ViewMetadata;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsTest {
  /** Written by format 1; it must be read, and written alike, for ever. */
  private static final String GOLDEN =
      "\u0001{\"view-uuid\":\"6d7c3f4e-0b52-4a0e-9a57-2f4f7d1c9e01\",\"format-version\":1,"
          + "\"location\":\"file:///w/lake/tables/default/late-6d7c3f4e\","
          + "\"properties\":{\"comment\":\"late ones\"},"
          + "\"schemas\":[{\"type\":\"struct\",\"schema-id\":0,\"fields\":"
          + "[{\"id\":1,\"name\":\"n\",\"required\":true,\"type\":\"long\"}]}],"
          + "\"current-version-id\":1,\"versions\":[{\"version-id\":1,"
          + "\"timestamp-ms\":1762000000000,\"schema-id\":0,\"summary\":{},"
          + "\"default-namespace\":[\"default\"],\"representations\":[{\"type\":\"sql\","
          + "\"sql\":\"select 1\",\"dialect\":\"spark\"}]}],"
          + "\"version-log\":[{\"timestamp-ms\":1762000000000,\"version-id\":1}]}";

  private static final TableName LATE = TableName.parse("late");

  @TempDir Path directory;
  private LakeFixture lake;
  private Views views;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    views = lake.tables().views();
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void theGoldenValueIsReadAndWrittenAlike() {
    ViewMetadata metadata = ViewContent.decode(GOLDEN.getBytes(UTF_8));

    assertThat(metadata.currentVersionId()).isEqualTo(1);
    assertThat(new String(ViewContent.encode(metadata), UTF_8)).isEqualTo(GOLDEN);
  }

  @Test
  void everyTruncationAndALaterFormatIsAClearError() {
    byte[] value = GOLDEN.getBytes(UTF_8);
    for (int length = 0; length < value.length; length++) {
      byte[] part = Arrays.copyOf(value, length);
      assertCode(ErrorCode.OBJECT_CORRUPT, () -> ViewContent.decode(part));
    }
    value[0] = 2;
    assertCode(ErrorCode.OBJECT_CORRUPT, () -> ViewContent.decode(value));
  }

  @Test
  void aViewIsReadAsItWasAtEachCommit() {
    LoadedView first = views.create(on(MAIN), LATE, metadata("select 1"));
    ObjectId then = lake.head(MAIN);
    LoadedView second = views.update(on(MAIN), first, replaced(first, "select 2"));

    assertThat(sql(views.find(then, LATE))).isEqualTo("select 1");
    assertThat(sql(views.find(lake.head(MAIN), LATE))).isEqualTo("select 2");
    assertThat(second.content().id()).isEqualTo(first.content().id());
    assertThat(lake.repository().commit(lake.head(MAIN)).message()).isEqualTo("replace view late");
    assertThat(lake.repository().commit(then).message()).isEqualTo("create view late");
  }

  @Test
  void itsMetadataFileLiesWhereTheMetadataSays() {
    LoadedView view = views.create(on(MAIN), LATE, metadata("select 1"));
    Path file = lake.warehouse().path(view.metadata().metadataFileLocation());

    assertThat(file).exists();
    views.drop(on(MAIN), LATE);
    assertThat(views.find(lake.head(MAIN), LATE)).isEmpty();
    LoadedView again =
        views.register(on(MAIN), TableName.parse("again"), view.metadata().metadataFileLocation());
    assertThat(again.content().id()).isEqualTo(view.content().id());
    assertThat(file).satisfies(it -> assertThat(Files.size(it)).isPositive());
  }

  @Test
  void aViewChangedMeanwhileIsAConflictAndNothingIsLost() {
    LoadedView base = views.create(on(MAIN), LATE, metadata("select 1"));
    views.update(on(MAIN), base, replaced(base, "select 2"));

    assertCode(
        ErrorCode.COMMIT_CONFLICT, () -> views.update(on(MAIN), base, replaced(base, "select 3")));
    assertThat(sql(views.find(lake.head(MAIN), LATE))).isEqualTo("select 2");
  }

  @Test
  void tablesAndViewsShareTheirNames() {
    lake.create("t");
    views.create(on(MAIN), LATE, metadata("select 1"));

    assertCode(
        ErrorCode.TABLE_EXISTS,
        () -> views.create(on(MAIN), TableName.parse("t"), metadata("select 1")));
    assertCode(ErrorCode.VIEW_EXISTS, () -> lake.create("late"));
    assertCode(ErrorCode.TABLE_EXISTS, () -> views.rename(on(MAIN), LATE, TableName.parse("t")));
    assertThat(lake.tables().find(lake.head(MAIN), LATE)).isEmpty();
    assertThat(
            views.list(lake.head(MAIN), Optional.of(NamespaceName.DEFAULT), Optional.empty(), 10))
        .containsExactly(LATE);
  }

  @Test
  void aLocationOutsideTheTablesPlaceIsRefused() {
    ViewMetadata elsewhere =
        ViewMetadata.buildFrom(metadata("select 1")).setLocation("file:///etc").build();
    assertCode(ErrorCode.FORBIDDEN, () -> views.create(on(MAIN), LATE, elsewhere));
    assertCode(ErrorCode.FORBIDDEN, () -> views.register(on(MAIN), LATE, "file:///etc/passwd"));
    assertThat(views.find(lake.head(MAIN), LATE)).isEmpty();
  }

  @Test
  void aBranchKeepsItsOwn() {
    LoadedView base = views.create(on(MAIN), LATE, metadata("select 1"));
    lake.branch(EXP);
    views.update(on(EXP), base, replaced(base, "select 2"));

    assertThat(sql(views.find(lake.head(MAIN), LATE))).isEqualTo("select 1");
    assertThat(sql(views.find(lake.head(EXP), LATE))).isEqualTo("select 2");
  }

  private ViewMetadata metadata(String sql) {
    UUID id = UUID.randomUUID();
    return ViewMetadata.builder()
        .assignUUID(id.toString())
        .setLocation(views.newLocation(LATE, id))
        .setCurrentVersion(
            version(1, sql), new Schema(Types.NestedField.required(1, "n", Types.LongType.get())))
        .build();
  }

  private static ViewMetadata replaced(LoadedView view, String sql) {
    return ViewMetadata.buildFrom(view.metadata())
        .setCurrentVersion(version(2, sql), view.metadata().schema())
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

  private static String sql(Optional<LoadedView> view) {
    return ((ImmutableSQLViewRepresentation)
            view.orElseThrow().metadata().currentVersion().representations().get(0))
        .sql();
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(VarveException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
