package dev.varve.server.log;

/** Writes lines to the process' standard error. */
final class StderrSink implements LogSink {
  @Override
  public void write(byte[] line) {
    System.err.write(line, 0, line.length);
    System.err.flush();
  }

  @Override
  public void close() {}
}
