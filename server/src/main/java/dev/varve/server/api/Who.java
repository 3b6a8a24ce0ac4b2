package dev.varve.server.api;

import dev.varve.catalog.history.Author;
import java.util.Optional;

/** Who makes a change. */
final class Who {
  /** Stands for a client that gave no name; without authentication nothing better is known. */
  private static final Author ANONYMOUS = Author.named("anonymous");

  private Who() {}

  static Author of(Optional<String> author) {
    return author.map(Author::parse).orElse(ANONYMOUS);
  }

  static Author orAnonymous(Optional<Author> author) {
    return author.orElse(ANONYMOUS);
  }
}
