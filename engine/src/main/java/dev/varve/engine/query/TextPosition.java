package dev.varve.engine.query;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A place in a text, counted from 1.
 *
 * @param column in characters as people count them, not in bytes
 */
record TextPosition(int line, int column) {
  /** The place of a byte of the text's UTF-8 form. */
  static TextPosition of(String text, int byteOffset) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.max(0, Math.min(byteOffset, bytes.length));
    String before = new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
    int lineStart = before.lastIndexOf('\n') + 1;
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new TextPosition(line, 1 + before.codePointCount(lineStart, before.length()));
  }

  VarveException error(String message) {
    return error(ErrorCode.INVALID_SQL, new DuckMessage(message, Optional.empty()));
  }

  VarveException error(ErrorCode code, DuckMessage message) {
    return new VarveException(
        code,
        "%s, in line %d, column %d".formatted(message.text(), line, column),
        message.hint().orElse(null),
        Map.of("line", Integer.toString(line), "column", Integer.toString(column)),
        null);
  }
}
