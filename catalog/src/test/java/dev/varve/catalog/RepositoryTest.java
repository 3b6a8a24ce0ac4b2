package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
  private static final Author ADA = Author.parse("Ada <ada@example.org>");

  @TempDir Path directory;
  private Catalog catalog;
  private Repository lake;

  @BeforeEach
  void open() {
    catalog = Catalog.open(directory, CatalogSettings.defaults());
    lake = catalog.create(RepositoryName.LAKE);
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void aCommitIsReadBackAfterTheStoreWasClosed() {
    Commit commit = put("flights", "one");
    catalog.close();
    catalog = Catalog.open(directory, CatalogSettings.defaults());
    lake = catalog.repository(RepositoryName.LAKE);

    assertThat(resolve("main")).isEqualTo(commit.id());
    assertThat(lake.commit(commit.id())).isEqualTo(commit);
    assertThat(valueAt(commit.id(), "flights")).isEqualTo("one");
  }

  @Test
  void aSecondOpeningOfOneDirectoryIsRefused() {
    assertThatThrownBy(() -> Catalog.open(directory, CatalogSettings.defaults()))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining(directory.toString())
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.STORE_LOCKED);
  }

  @Test
  void aCommitThatExpectsSomethingElseChangesNothing() {
    Commit first = put("flights", "one");
    CommitRequest again =
        new CommitRequest(
            RefName.MAIN,
            CommitDetails.of("again", ADA),
            List.of(change("flights", Optional.empty(), "two")));

    assertThatThrownBy(() -> lake.commit(again))
        .isInstanceOf(CommitConflictException.class)
        .hasMessage("cannot commit to 'main': 'flights' exists already");
    assertThat(resolve("main")).isEqualTo(first.id());
  }

  @Test
  void textThatCouldNotBeReadBackIsRefused() {
    Commit first = put("flights", "one");
    String half = "\ud800";
    for (CommitDetails details :
        List.of(
            CommitDetails.of(half, ADA),
            CommitDetails.of("m", ADA).withProperties(Map.of("run", "7", half, "x")),
            CommitDetails.of("m", ADA).withProperties(Map.of("run", half)),
            CommitDetails.of("m", Author.named(half)))) {
      CommitRequest request =
          new CommitRequest(
              RefName.MAIN, details, List.of(change("airports", Optional.empty(), "two")));
      assertThatThrownBy(() -> lake.commit(request))
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }
    assertThat(resolve("main")).isEqualTo(first.id());
  }

  @Test
  void revisionsNameCommitsAsInGit() {
    Commit first = put("flights", "one");
    Commit second = put("airports", "two");
    lake.createTag(RefName.parse("v1"), first.id(), ADA, "tag");

    assertThat(resolve("main")).isEqualTo(second.id());
    assertThat(resolve("main~1")).isEqualTo(first.id());
    assertThat(resolve("main^")).isEqualTo(first.id());
    assertThat(resolve("main@{1}")).isEqualTo(first.id());
    assertThat(resolve("v1")).isEqualTo(first.id());
    assertThat(resolve("refs/tags/v1")).isEqualTo(first.id());
    assertThat(resolve(second.id().abbreviate())).isEqualTo(second.id());
    assertThat(resolve("main@" + first.time())).isEqualTo(first.id());
  }

  @Test
  void aDeletedBranchIsBroughtBackFromItsReflog() {
    RefName experiment = RefName.parse("experiment");
    Commit commit = put("flights", "one");
    lake.createBranch(experiment, commit.id(), ADA, "branch");
    lake.deleteRef(experiment, RefKind.BRANCH, Optional.empty(), ADA, "delete");

    assertThatThrownBy(() -> resolve("experiment"))
        .hasMessage("branch or tag 'experiment' was deleted");
    assertThat(resolve("experiment@{1}")).isEqualTo(commit.id());
    lake.createBranch(experiment, resolve("experiment@{1}"), ADA, "back");
    assertThat(resolve("experiment")).isEqualTo(commit.id());
  }

  private Commit put(String key, String value) {
    Optional<Content> expected = lake.tree(resolve("main")).get(Key.of(key));
    CommitRequest request =
        new CommitRequest(
            RefName.MAIN,
            CommitDetails.of("put " + key, ADA),
            List.of(change(key, expected, value)));
    return lake.commit(request).commit();
  }

  private static KeyChange change(String key, Optional<Content> expected, String value) {
    return new KeyChange.Put(
        Key.of(key),
        expected,
        ContentType.ICEBERG_TABLE,
        ContentId.random(),
        value.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectId resolve(String revision) {
    return lake.resolve(Revision.parse(revision)).commitId();
  }

  private String valueAt(ObjectId commit, String key) {
    Content content = lake.tree(commit).get(Key.of(key)).orElseThrow();
    return new String(lake.value(content), StandardCharsets.UTF_8);
  }
}
