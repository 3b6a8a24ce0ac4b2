package dev.varve.catalog.history;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.CanonicalReader;
import dev.varve.catalog.object.CanonicalWriter;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import dev.varve.catalog.object.ObjectWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A state of the lake and where it came from.
 *
 * <p>Canonical bytes, format 1:
 *
 * <pre>
 * kind=1 format=1 tree:32 count { parent:32 } generation micros:8 author committer message
 * count { name value }
 * author, committer = name mail?:1 [mail]
 * </pre>
 *
 * @param id the object id of the commit itself
 * @param tree the root of its tree
 * @param parents in order: a merge has two, the first is the branch that was merged into
 * @param time when it was made, UTC, in whole microseconds
 * @param generation the longest distance to a commit without parents
 */
public record Commit(
    ObjectId id,
    ObjectId tree,
    List<ObjectId> parents,
    Author author,
    Author committer,
    Instant time,
    String message,
    SortedMap<String, String> properties,
    long generation) {
  private static final int FORMAT = 1;

  public Commit {
    parents = List.copyOf(parents);
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** A new commit on top of {@code parents}. */
  public static Commit create(
      ObjectId tree, List<Commit> parents, CommitDetails details, Instant time) {
    Draft draft = Draft.on(tree, parents, details, time);
    return draft.named(ObjectId.of(draft.encode()));
  }

  /**
   * A new commit on top of {@code parents}, which is written at once: encoded a single time.
   *
   * @param writer is given the canonical bytes
   */
  public static Commit create(
      ObjectId tree,
      List<Commit> parents,
      CommitDetails details,
      Instant time,
      ObjectWriter writer) {
    Draft draft = Draft.on(tree, parents, details, time);
    return draft.named(writer.put(draft.encode()));
  }

  /** Reads the canonical bytes of the commit {@code id}. */
  public static Commit decode(ObjectId id, byte[] bytes) {
    CanonicalReader reader = new CanonicalReader(bytes, ObjectKind.COMMIT, FORMAT);
    ObjectId tree = reader.readId();
    List<ObjectId> parents = new ArrayList<>();
    for (int i = reader.readLength(); i > 0; i--) {
      parents.add(reader.readId());
    }
    long generation = reader.readCount();
    Instant time = reader.readTime();
    Author author = readAuthor(reader);
    Author committer = readAuthor(reader);
    String message = reader.readString();
    CommitDetails details = new CommitDetails(message, author, committer, reader.readMap());
    reader.end();
    return new Draft(tree, parents, generation, time, details).named(id);
  }

  /** The canonical bytes. */
  public byte[] encode() {
    return new Draft(tree, parents, generation, time, details()).encode();
  }

  /** What a person said of it. */
  public CommitDetails details() {
    return new CommitDetails(message, author, committer, properties);
  }

  /** The first line of the message. */
  public String subject() {
    return message.lines().findFirst().orElse("");
  }

  /** The commit that this one was made on, if it has one. */
  public Optional<ObjectId> firstParent() {
    return parents.stream().findFirst();
  }

  private static void writeAuthor(CanonicalWriter writer, Author author) {
    writer.writeString(author.name()).writeByte((byte) (author.email().isPresent() ? 1 : 0));
    author.email().ifPresent(writer::writeString);
  }

  private static Author readAuthor(CanonicalReader reader) {
    String name = reader.readString();
    byte hasMail = reader.readByte();
    if (hasMail != 0 && hasMail != 1) {
      throw CanonicalReader.corrupt("an author has neither a mail address nor none");
    }
    Optional<String> mail = hasMail == 1 ? Optional.of(reader.readString()) : Optional.empty();
    try {
      return new Author(name, mail);
    } catch (VarveException e) {
      throw CanonicalReader.corrupt(e.getMessage());
    }
  }

  /** A commit that has no id yet. */
  private record Draft(
      ObjectId tree, List<ObjectId> parents, long generation, Instant time, CommitDetails details) {

    static Draft on(ObjectId tree, List<Commit> parents, CommitDetails details, Instant time) {
      return new Draft(
          tree,
          parents.stream().map(Commit::id).toList(),
          parents.stream().mapToLong(parent -> parent.generation() + 1).max().orElse(0),
          time.truncatedTo(ChronoUnit.MICROS),
          details);
    }

    byte[] encode() {
      CanonicalWriter writer = new CanonicalWriter(ObjectKind.COMMIT, FORMAT);
      writer.writeId(tree).writeCount(parents.size());
      parents.forEach(writer::writeId);
      writer.writeCount(generation).writeTime(time);
      writeAuthor(writer, details.author());
      writeAuthor(writer, details.committer());
      return writer.writeString(details.message()).writeMap(details.properties()).toBytes();
    }

    Commit named(ObjectId id) {
      return new Commit(
          id,
          tree,
          parents,
          details.author(),
          details.committer(),
          time,
          details.message(),
          details.properties(),
          generation);
    }
  }
}
