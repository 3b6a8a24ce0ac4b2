package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.merge.ContentVersion;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.table.TableContent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.TableMetadata;

/** A table as it was in the commits of one side of a merge. Reads them when it is asked. */
final class FormerTables {
  private final Repository repository;
  private final Optional<ContentVersion> base;
  private final ContentVersion side;
  private final ContentVersion other;

  FormerTables(Repository repository, ThreeWay<ContentVersion> versions, Winner side) {
    this.repository = repository;
    this.base = versions.base();
    this.side = versions.of(side);
    this.other = side == Winner.OURS ? versions.theirs() : versions.ours();
  }

  /** In the commits that the side has and base has not, the newest first. */
  Stream<TableMetadata> sinceBase() {
    return tables(commits().stream().map(Commit::id));
  }

  /** In the commits of base's history on which these were made; none if there is no base. */
  Stream<TableMetadata> ofBase() {
    if (base.isEmpty()) {
      return Stream.empty();
    }
    List<Commit> commits = commits();
    Set<ObjectId> own = commits.stream().map(Commit::id).collect(Collectors.toSet());
    return tables(
        Stream.concat(
                Stream.of(side.commit()),
                commits.stream().flatMap(commit -> commit.parents().stream()))
            .filter(commit -> !own.contains(commit)));
  }

  private List<Commit> commits() {
    ObjectId excluded = base.orElse(other).commit();
    return repository.graph().range(excluded, side.commit(), Ancestry.ALL);
  }

  private Stream<TableMetadata> tables(Stream<ObjectId> commits) {
    return commits
        .distinct()
        .flatMap(commit -> table(commit).stream())
        .map(Content::value)
        .distinct()
        .map(value -> TableContent.decode(repository.value(value)));
  }

  /** Under the names that the side and base have for it. */
  private Optional<Content> table(ObjectId commit) {
    Stream<Key> keys = Stream.concat(Stream.of(side.key()), base.map(ContentVersion::key).stream());
    return keys.distinct()
        .flatMap(key -> repository.tree(commit).get(key).stream())
        .filter(content -> content.id().equals(side.content().id()))
        .findFirst();
  }
}
