package dev.varve.engine.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.catalog.object.ObjectId;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What there is to choose between in a conflict that is not between rows.
 *
 * @param id names the conflict for as long as it is the same one: it derives from the subject, the
 *     kind of the conflict and what was seen on each side, so that an answer never decides about
 *     something that nobody saw
 * @param part what of the subject is in conflict, such as {@code name of column 'price'}
 * @param base what it was, as text; empty if it was not there
 * @param ours what it is in ours
 * @param theirs what it is in theirs
 * @param winners who may win; never empty
 * @param value what is to be given if {@link Winner#VALUE} is among them
 */
public record Choice(
    String id,
    String part,
    Optional<String> base,
    String ours,
    String theirs,
    Set<Winner> winners,
    Optional<ValueKind> value) {
  private static final int ID_DIGITS = 10;

  public Choice {
    winners = Collections.unmodifiableSet(EnumSet.copyOf(winners));
    if (winners.contains(Winner.VALUE) != value.isPresent()) {
      throw new IllegalArgumentException("who may give a value must know of what kind");
    }
  }

  /** What somebody may give. */
  public enum ValueKind {
    /** Any text. */
    TEXT,
    /** The name of a column, without those that hold it. */
    COLUMN_NAME,
    /** A primitive type that both sides' types can be widened to. */
    TYPE,
    /** The name of a table, its namespace included. */
    TABLE_NAME;

    /** For people: {@code a column name}. */
    public String words() {
      return switch (this) {
        case TEXT -> "a text";
        case COLUMN_NAME -> "a column name";
        case TYPE -> "a type";
        case TABLE_NAME -> "a table name";
      };
    }
  }

  /**
   * @param subject the table or namespace
   * @param code the kind of the conflict
   * @param fingerprint what was seen beyond the texts, such as ids of contents
   */
  static Choice of(String subject, String code, Options options, String fingerprint) {
    ThreeWay<String> seen = options.seen();
    String id =
        id(
            List.of(
                subject,
                code,
                options.part(),
                seen.base().orElse(""),
                seen.ours(),
                seen.theirs(),
                fingerprint));
    return new Choice(
        id,
        options.part(),
        seen.base(),
        seen.ours(),
        seen.theirs(),
        options.winners(),
        options.value());
  }

  /** The same choice, under its id, where one alone can win. */
  Choice only(Winner winner) {
    return new Choice(id, part, base, ours, theirs, EnumSet.of(winner), Optional.empty());
  }

  private static String id(List<String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] encoded = text.getBytes(UTF_8);
      bytes.writeBytes((encoded.length + ":").getBytes(UTF_8));
      bytes.writeBytes(encoded);
    }
    return ObjectId.of(bytes.toByteArray()).hex().substring(0, ID_DIGITS);
  }
}
