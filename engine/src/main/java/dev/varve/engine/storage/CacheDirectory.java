package dev.varve.engine.storage;

import dev.varve.catalog.object.ObjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where the copies of a {@link FileCache} lie.
 *
 * <pre>
 * files/3f/3f2a…91-12345   a whole copy: the SHA-256 of its location, and its length in bytes
 * part/…                   what is on its way: copies, and files that are written
 * clean                    the last user closed the directory
 * </pre>
 *
 * <p>Copies are not synced. So they are kept from one user to the next only if the first one closed
 * the directory; after a crash they are thrown away.
 */
final class CacheDirectory {
  private final Path files;
  private final Path part;
  private final Path clean;

  private CacheDirectory(Path root) {
    this.files = root.resolve("files");
    this.part = root.resolve("part");
    this.clean = root.resolve("clean");
  }

  /** A whole copy, by the name that {@link #name} gave its location. */
  record Copy(String name, long length, FileTime written) {}

  static CacheDirectory open(Path root) {
    CacheDirectory directory = new CacheDirectory(root.toAbsolutePath().normalize());
    try {
      Files.createDirectories(root);
      if (!Files.deleteIfExists(directory.clean)) {
        delete(directory.files);
      }
      delete(directory.part);
      Files.createDirectories(directory.files);
      Files.createDirectories(directory.part);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the cache directory '" + root + "'", e);
    }
  }

  /** The name of a location here. */
  static String name(String location) {
    return ObjectId.of(location.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** The copies that were left here, the oldest first; what is not whole is deleted. */
  List<Copy> copies() {
    List<Copy> copies = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(files)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String[] words = file.getFileName().toString().split("-", 2);
        if (words.length == 2 && words[1].equals(Long.toString(Files.size(file)))) {
          copies.add(new Copy(words[0], Files.size(file), Files.getLastModifiedTime(file)));
        } else {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cache directory '" + files + "'", e);
    }
    copies.sort(Comparator.comparing(Copy::written).thenComparing(Copy::name));
    return copies;
  }

  /** Where the copy of a name lies. */
  Path path(String name, long length) {
    return files.resolve(name.substring(0, 2)).resolve(name + "-" + length);
  }

  /** A path for a file, or a directory of files, that is on its way. */
  Path fresh() {
    return part.resolve(UUID.randomUUID().toString());
  }

  /** Moves a whole file to its place. */
  void keep(Path whole, String name, long length) throws IOException {
    Path target = path(name, length);
    Files.createDirectories(target.getParent());
    Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Says that all copies are as they should be. */
  void close() {
    try {
      Files.createFile(clean);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the cache directory '" + files + "'", e);
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
