package dev.varve.server.iceberg;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.VarveException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.rest.Endpoint;

/**
 * One operation that is offered: its method and path as the specification spells them, and what
 * answers it.
 *
 * @param again answers a write that took place before, as its {@code Idempotency-Key} shows; empty
 *     for what may be done again
 */
record Route(Endpoint endpoint, PathTemplate path, Operation operation, Optional<Operation> again) {

  /** Answers one kind of call. Throws Iceberg's or the engine's exceptions for what goes wrong. */
  @FunctionalInterface
  interface Operation {
    Reply answer(Call call);
  }

  /** How often a write is tried on the newest state before the client is told of a conflict. */
  private static final int ATTEMPTS = 8;

  /** An operation that reads. */
  static Route reading(Endpoint endpoint, Operation operation) {
    return new Route(endpoint, PathTemplate.of(endpoint), operation, Optional.empty());
  }

  /**
   * An operation that writes. When somebody else was faster, it is tried again on what there is
   * then: a write whose conditions still hold goes through, and the others say what became of them.
   *
   * @param again answers it once more when it took place before
   */
  static Route writing(Endpoint endpoint, Operation operation, Operation again) {
    return new Route(
        endpoint,
        PathTemplate.of(endpoint),
        call -> {
          for (int left = ATTEMPTS; ; left--) {
            try {
              return operation.answer(call);
            } catch (VarveException e) {
              if (e.code().category() != ErrorCategory.CONFLICT || left == 1) {
                throw e;
              }
            }
          }
        },
        Optional.of(again));
  }

  /** A write whose answer says nothing but that it took place. */
  static Route writing(Endpoint endpoint, Operation operation) {
    return writing(endpoint, operation, call -> Reply.noContent());
  }

  /**
   * The values of the path's variables, if these segments are this route's.
   *
   * @param segments the path's segments as they were sent, still encoded
   */
  Optional<Map<String, String>> match(List<String> segments) {
    return path.match(segments);
  }
}
