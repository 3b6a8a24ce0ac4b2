package dev.varve.server.api;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.tree.Content;
import dev.varve.engine.table.TableName;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Which commits a log shows. */
record CommitFilter(
    Repository repository,
    Optional<TableName> table,
    Optional<String> author,
    Optional<String> message,
    Optional<Instant> since,
    Optional<Instant> until)
    implements Predicate<Commit> {
  @Override
  public boolean test(Commit commit) {
    return since.map(time -> !commit.time().isBefore(time)).orElse(true)
        && until.map(time -> !commit.time().isAfter(time)).orElse(true)
        && author.map(text -> contains(commit.author().toString(), text)).orElse(true)
        && message.map(text -> contains(commit.message(), text)).orElse(true)
        && table.map(name -> changed(commit, name)).orElse(true);
  }

  private static boolean contains(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  /** A merge is shown only if the table is as on none of its parents, as Git does it. */
  private boolean changed(Commit commit, TableName name) {
    Optional<Content> now = repository.tree(commit.id()).get(name.key());
    return commit.parents().isEmpty()
        ? now.isPresent()
        : commit.parents().stream()
            .noneMatch(parent -> repository.tree(parent).get(name.key()).equals(now));
  }
}
