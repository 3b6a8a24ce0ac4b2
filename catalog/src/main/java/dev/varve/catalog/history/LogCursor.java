package dev.varve.catalog.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A place in a {@link LogWalk}: the commits that come next on each line of history. Holds for ever,
 * as commits never change.
 */
public record LogCursor(List<ObjectId> frontier) {

  public LogCursor {
    frontier = List.copyOf(frontier);
    if (frontier.isEmpty()) {
      throw new IllegalArgumentException("a cursor names at least one commit");
    }
  }

  /**
   * Reads what {@link #toString} gave.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REQUEST} if it is something else
   */
  public static LogCursor parse(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      List<ObjectId> frontier = new ArrayList<>();
      byte[] id = new byte[ObjectId.BYTES];
      while (bytes.remaining() >= id.length) {
        bytes.get(id);
        frontier.add(ObjectId.fromBytes(id));
      }
      if (!bytes.hasRemaining() && !frontier.isEmpty()) {
        return new LogCursor(frontier);
      }
    } catch (IllegalArgumentException e) {
      // Not Base64: the same answer as for a wrong length.
    }
    throw invalid("the cursor of a log is not one that was given out", Map.of(), null);
  }

  /**
   * @param why says that a commit is not there
   */
  VarveException foreign(VarveException why) {
    return invalid(
        "the cursor of a log is not one of this repository: " + why.getMessage(),
        why.details(),
        why);
  }

  private static VarveException invalid(
      String message, Map<String, String> details, VarveException cause) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        message,
        "pass 'next' of the page before, unchanged",
        details,
        cause);
  }

  /** The form for a URL. */
  @Override
  public String toString() {
    ByteBuffer bytes = ByteBuffer.allocate(frontier.size() * ObjectId.BYTES);
    frontier.forEach(id -> bytes.put(id.bytes()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
