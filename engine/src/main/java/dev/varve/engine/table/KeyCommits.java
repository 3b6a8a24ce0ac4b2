package dev.varve.engine.table;

import dev.varve.catalog.CommitConflictException;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.CommitResult;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import java.util.List;
import java.util.Optional;

/** Commits that change keys only: no metadata, no ids. */
final class KeyCommits {
  private KeyCommits() {}

  /** Commits, with {@code message} unless the options have one. */
  static CommitResult commit(
      Repository repository,
      WriteOptions options,
      String message,
      List<KeyChange> changes,
      Optional<ObjectId> expectedHead) {
    CommitDetails details =
        new CommitDetails(
            options.message().orElse(message),
            options.author(),
            options.author(),
            options.properties());
    try {
      return repository.commit(
          new CommitRequest(
              options.branch(),
              details,
              changes,
              options.key().map(WriteKey::raise).stream().toList(),
              expectedHead));
    } catch (CommitConflictException e) {
      throw TableErrors.refined(e, options.branch().toString());
    }
  }
}
