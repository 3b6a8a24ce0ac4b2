package dev.varve.server;

import java.util.Optional;

/** The version that was built. */
final class Version {
  private Version() {}

  /** As the jar's manifest says, or {@code development} when run from classes. */
  static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
