package dev.varve.client;

import java.util.Optional;

/** The tags of a repository. */
public final class Tags {
  private final RemoteRepository repository;

  Tags(RemoteRepository repository) {
    this.repository = repository;
  }

  /** All tags whose names start with {@code prefix}, by name. */
  public Listing<Ref> list(String prefix) {
    return Paging.listing(
        repository.transport(),
        () ->
            repository
                .call("GET", "/tags")
                .with("prefix", Optional.of(prefix).filter(p -> !p.isEmpty())),
        Ref.class);
  }

  /**
   * Names a commit for good.
   *
   * @param at the revision to name
   */
  public Ref create(String name, String at, CommitOptions why) {
    return repository.write(
        repository.call("POST", "/tags"),
        Fields.of("name", name).and("from", at).and(why).values(),
        Ref.class);
  }

  /**
   * Deletes a tag; the commit stays.
   *
   * @param author who, for the reflog
   * @return where it stood
   */
  public Ref delete(String name, Optional<String> author) {
    return Json.read(
        repository
            .transport()
            .write(
                repository.call("DELETE", "/tags").refSegments(name).with("author", author),
                Transport.Body.NONE),
        Ref.class);
  }
}
