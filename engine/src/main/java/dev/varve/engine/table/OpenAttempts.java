package dev.varve.engine.table;

import dev.varve.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Records of work that writes files before the commit that names them, so that a crash leaves no
 * file of which nobody knows. Safe for use by many threads.
 *
 * <p>A record is a text file in the directory {@code attempts} of a repository in its warehouse:
 * the line {@code varve-attempt 1 TIME WHAT}, and then a line for each location, written durably
 * before anything is written there. A location stands for all files whose location begins with it.
 * The record goes when the work ends, unless it is unknown how it ended, or a file is left that
 * others may share. One that is left, as by a process that died, names files that a commit may name
 * all the same, if it died between the commit and the end: whoever collects garbage proves them
 * unreachable first, as any other file.
 */
public final class OpenAttempts {
  private static final String MAGIC = "varve-attempt 1";
  private static final String SUFFIX = ".attempt";

  private final Path directory;

  OpenAttempts(Path directory) {
    this.directory = directory;
  }

  /**
   * What a record says.
   *
   * @param id its name
   * @param since when the work began
   * @param what the work, for people
   * @param locations what the locations of its files begin with
   */
  public record Attempt(String id, Instant since, String what, List<String> locations) {
    public Attempt {
      locations = List.copyOf(locations);
    }
  }

  /**
   * A record that is made with the first location that is announced: work that writes nothing costs
   * nothing, and the first location no sync of its own.
   *
   * @param what the work, for people, on one line
   */
  public Announcement begin(String what) {
    return new Announcement(
        directory.resolve(UUID.randomUUID() + SUFFIX),
        MAGIC + " " + Instant.now() + " " + what.replaceAll("\\s+", " "));
  }

  /**
   * The work that has not ended, that of this process included. A record that was cut short by a
   * crash is read as far as it goes: nothing was written for what is missing.
   */
  public List<Attempt> open() {
    List<Attempt> found = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(it -> it.toString().endsWith(SUFFIX)).sorted().toList()) {
        read(file, found);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list '" + directory + "'", e);
    }
  }

  private static void read(Path file, List<Attempt> into) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return; // It ended just now.
    }
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    String name = file.getFileName().toString();
    String id = name.substring(0, name.length() - SUFFIX.length());
    if (lines.isEmpty() || !lines.get(0).startsWith(MAGIC + " ")) {
      return; // It was cut before anything was announced.
    }
    String[] head = lines.get(0).substring(MAGIC.length() + 1).split(" ", 2);
    into.add(new Attempt(id, Instant.parse(head[0]), head[1], lines.subList(1, lines.size())));
  }

  private static void append(Path file, List<String> lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      channel.write(StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n"));
      channel.force(true);
    }
  }

  /** The record of work that goes on. Safe for use by many threads. */
  public static final class Announcement {
    private final Path file;
    private final String head;
    private boolean begun;

    private Announcement(Path file, String head) {
      this.file = file;
      this.head = head;
    }

    /** Notes durably that files will be written whose locations begin like this. */
    public void announce(String location) {
      announce(List.of(location));
    }

    /** The same of several, with one sync. */
    public synchronized void announce(List<String> locations) {
      List<String> lines = new ArrayList<>(locations);
      try {
        if (begun) {
          append(file, lines);
          return;
        }
        lines.add(0, head);
        DurableFiles.createDirectories(file.getParent());
        append(file, lines);
        DurableFiles.sync(file.getParent());
        begun = true;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write '" + file + "'", e);
      }
    }

    /** Takes the record away: its files are committed, or gone. */
    public synchronized void end() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete '" + file + "'", e);
      }
    }
  }
}
