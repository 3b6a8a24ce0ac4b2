package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Tables.Progress;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** How far long work is, on one line of standard error that is written over; only for a person. */
final class ProgressLine implements Consumer<Progress> {
  private static final long EVERY_NANOS = 100_000_000;
  private static final String CLEAR = "\r\u001b[K";

  private final Terminal terminal;
  private final String table;
  private final OptionalLong size;
  private long lastNanos;
  private boolean shown;

  /** A line for work that brings its own words. */
  ProgressLine(Terminal terminal, String subject) {
    this(terminal, subject, OptionalLong.empty());
  }

  ProgressLine(Terminal terminal, String table, OptionalLong size) {
    this.terminal = terminal;
    this.table = table;
    this.size = size;
  }

  @Override
  public void accept(Progress progress) {
    show(text(progress));
  }

  /** Shows how far it is, unless the last time was just now. */
  synchronized void show(String text) {
    long now = System.nanoTime();
    if (!terminal.errIsTerminal() || (shown && now - lastNanos < EVERY_NANOS)) {
      return;
    }
    lastNanos = now;
    shown = true;
    terminal.err().print(CLEAR + table + ": " + text);
    terminal.err().flush();
  }

  private String text(Progress progress) {
    if (!progress.phase().equals("send")) {
      return progress.phase()
          + (progress.rows() > 0 ? ", " + Quantity.of(progress.rows(), "row") : "")
          + (progress.percent() > 0 ? " (" + progress.percent() + " %)" : "");
    }
    String sent = "sending, " + Quantity.bytes(progress.bytes());
    return size.isPresent() && size.getAsLong() > 0
        ? sent + " of " + Quantity.bytes(size.getAsLong())
        : sent;
  }

  /** Takes the line away. */
  synchronized void clear() {
    if (shown) {
      terminal.err().print(CLEAR);
      terminal.err().flush();
    }
  }
}
