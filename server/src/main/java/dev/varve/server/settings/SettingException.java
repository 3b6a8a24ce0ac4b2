package dev.varve.server.settings;

import java.util.Optional;

/** A setting that stops the start: unknown, unreadable or out of its bounds. */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Optional<String> hint;

  public SettingException(String message, Optional<String> hint) {
    super(message);
    this.hint = hint;
  }

  public SettingException(String message, String hint) {
    this(message, Optional.of(hint));
  }

  /** What to do about it, in one sentence. */
  public Optional<String> hint() {
    return hint;
  }
}
