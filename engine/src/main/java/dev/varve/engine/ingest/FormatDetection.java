package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Tells a file's format from how it begins; its name does not matter. */
final class FormatDetection {
  private static final int HEAD_BYTES = 64 * 1024;
  private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED_PARQUET = "PARE".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ARROW_FILE = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ARROW_STREAM = {-1, -1, -1, -1};

  private FormatDetection() {}

  /**
   * @throws VarveException if the file is empty, or its beginning is that of no known format
   */
  static FileFormat detect(Path file) throws IOException {
    byte[] head = head(file);
    if (startsWith(head, PARQUET)) {
      return FileFormat.PARQUET;
    }
    if (startsWith(head, ARROW_FILE) || startsWith(head, ARROW_STREAM)) {
      return FileFormat.ARROW;
    }
    if (startsWith(head, ENCRYPTED_PARQUET)) {
      throw unknown("it is an encrypted Parquet file");
    }
    return detectText(text(head));
  }

  private static FileFormat detectText(String text) {
    String start = text.startsWith("\uFEFF") ? text.substring(1).strip() : text.strip();
    if (start.startsWith("[")) {
      return FileFormat.JSON;
    }
    return start.startsWith("{") ? FileFormat.JSON_LINES : FileFormat.CSV;
  }

  /** Refuses a file without any content; what a format makes of emptiness is not worth knowing. */
  static void requireContent(Path file) throws IOException {
    byte[] head = head(file);
    for (byte b : head) {
      if (!Character.isWhitespace(b)) {
        return;
      }
    }
    if (head.length < HEAD_BYTES) {
      throw new VarveException(
          ErrorCode.INVALID_DATA, "the file is empty", "send a file that has rows, or a header");
    }
  }

  private static String text(byte[] head) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(head, 0, wholeCharacters(head)))
          .toString();
    } catch (CharacterCodingException e) {
      throw unknown("it is neither Parquet nor Arrow, and no text in UTF-8 either");
    }
  }

  /** The number of bytes up to the last line's end: the head may end within a character. */
  private static int wholeCharacters(byte[] head) {
    if (head.length < HEAD_BYTES) {
      return head.length;
    }
    int end = head.length;
    while (end > 0 && head[end - 1] != '\n' && head[end - 1] < 0) {
      end--;
    }
    return end;
  }

  private static VarveException unknown(String why) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "cannot tell the format of the file: " + why,
        "name the format if you know better; Parquet, CSV, JSON and Arrow IPC can be read");
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD_BYTES);
    }
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
