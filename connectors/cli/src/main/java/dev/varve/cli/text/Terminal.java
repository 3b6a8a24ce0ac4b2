package dev.varve.cli.text;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command reads and writes.
 *
 * @param out results; buffered, so flush before leaving
 * @param err errors and progress
 * @param outColumns the width of the terminal that {@code out} is, or empty if it is none
 * @param errIsTerminal whether a person watches {@code err}
 * @param colors whether {@code out} may be coloured
 * @param environment the environment variables
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Optional<Integer> outColumns,
    boolean errIsTerminal,
    boolean colors,
    Map<String, String> environment) {
  private static final int CHUNK = 1 << 16;
  private static final int USUAL_COLUMNS = 80;

  /**
   * This process's streams. Which of them are terminals cannot be asked in Java 17, so the launcher
   * tells: {@code -Dvarve.terminal=out,err} and {@code -Dvarve.columns=120}.
   */
  public static Terminal ofProcess() {
    String terminals = System.getProperty("varve.terminal", "");
    Map<String, String> environment = System.getenv();
    boolean out = terminals.contains("out");
    String noColor = environment.getOrDefault("NO_COLOR", "");
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    return new Terminal(
        print(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), CHUNK)),
        print(new FileOutputStream(FileDescriptor.err)),
        System.in,
        out ? Optional.of(columns()) : Optional.empty(),
        terminals.contains("err"),
        out && noColor.isEmpty() && !dumb,
        environment);
  }

  private static PrintStream print(OutputStream stream) {
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }

  private static int columns() {
    Integer columns = Integer.getInteger("varve.columns");
    return columns == null || columns < 20 ? USUAL_COLUMNS : columns;
  }

  /** Colours, if wanted. */
  public Style style() {
    return colors ? Style.COLORED : Style.PLAIN;
  }
}
