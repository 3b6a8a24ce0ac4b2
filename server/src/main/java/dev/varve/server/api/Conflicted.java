package dev.varve.server.api;

/** Two sides that cannot stand together: answered as a conflict, with the report as details. */
final class Conflicted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Object report;

  Conflicted(String message, Object report) {
    super(message, null, false, false);
    this.report = report;
  }

  Object report() {
    return report;
  }
}
