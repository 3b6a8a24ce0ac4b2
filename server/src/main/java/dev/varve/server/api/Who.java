package dev.varve.server.api;

import dev.varve.catalog.history.Author;
import dev.varve.server.http.Request;
import java.util.Optional;

/** Who makes a change: whom the client names, else the client itself. */
final class Who {
  /** Stands for a client that gave no name, where the server asks nobody who they are. */
  private static final Author ANONYMOUS = Author.named("anonymous");

  private Who() {}

  /** By what a body says. */
  static Author of(Request request, Optional<String> author) {
    return author.map(Author::parse).orElseGet(() -> client(request));
  }

  /** By what the query says. */
  static Author of(Request request) {
    return request.find(Parameters.AUTHOR).orElseGet(() -> client(request));
  }

  private static Author client(Request request) {
    return request.client().map(Author::named).orElse(ANONYMOUS);
  }
}
