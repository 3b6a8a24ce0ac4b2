package dev.varve.server.iceberg;

import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.VarveException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * The {@code prefix} of a catalog's paths: a repository and the revision it is read at, as one path
 * segment.
 *
 * <p>The segment is {@code repository~revision}. In the revision, every byte of its UTF-8 form but
 * lower-case letters, digits, {@code -}, {@code _} and {@code .} is written as {@code ~} and two
 * hex digits, so that {@code lake/feature/X} becomes {@code lake~feature~2f~58}. Only unreserved
 * characters in lower case remain: clients that encode a prefix, that do not, and that lower-case
 * whole paths all send the same segment. A repository's name has no {@code ~}.
 */
record CatalogPrefix(RepositoryName repository, String revision) {

  private static final HexFormat HEX = HexFormat.of();

  /** The segment as it stands in paths. */
  String segment() {
    StringBuilder segment = new StringBuilder(repository.toString()).append('~');
    for (byte b : revision.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(b)) {
        segment.append((char) b);
      } else {
        segment.append('~').append(HEX.toHexDigits(b));
      }
    }
    return segment.toString();
  }

  /**
   * Reads a segment.
   *
   * @throws BadRequestException if it was not made by {@link #segment}
   */
  static CatalogPrefix parse(String segment) {
    int end = segment.indexOf('~');
    if (end < 1) {
      throw malformed(segment);
    }
    try {
      return new CatalogPrefix(
          new RepositoryName(segment.substring(0, end)), decode(segment.substring(end + 1)));
    } catch (IllegalArgumentException | CharacterCodingException | VarveException e) {
      throw malformed(segment);
    }
  }

  private static String decode(String text) throws CharacterCodingException {
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '~' && i + 2 < text.length()) {
        bytes.put((byte) HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (isPlain(c)) {
        bytes.put((byte) c);
      } else {
        throw new IllegalArgumentException(text);
      }
    }
    return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  }

  private static BadRequestException malformed(String segment) {
    return new BadRequestException(
        "cannot read the prefix '%s': ask /v1/config for the prefix of a warehouse", segment);
  }
}
