package dev.varve.server.http;

import java.io.IOException;

/** Answers one route's requests. Called by many threads at once. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers {@code request}.
   *
   * @throws RequestRefused if the request itself is wrong
   */
  Reply answer(Request request) throws IOException;
}
