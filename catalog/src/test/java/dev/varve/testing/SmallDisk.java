package dev.varve.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk of a few megabytes, in memory, that can be filled. Needs the right to mount. */
public final class SmallDisk implements AutoCloseable {
  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Mounts a disk; without the right to, the test is skipped. */
  public static SmallDisk mount(Path path, int mebibytes) throws IOException {
    Files.createDirectories(path);
    String size = "size=" + mebibytes + "m";
    int exit = run(List.of("mount", "-t", "tmpfs", "-o", size, "tmpfs", path.toString()));
    assumeTrue(exit == 0, "a full disk is tested where a tmpfs can be mounted, as root can");
    return new SmallDisk(path);
  }

  public Path path() {
    return path;
  }

  /** Fills the disk but for so many bytes. */
  public void fill(long but) throws IOException {
    byte[] zeros = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      for (long left = free() - but; left > 0; left = free() - but) {
        write(out, zeros, (int) Math.min(zeros.length, left));
      }
    }
  }

  /** Others take room and give it back meanwhile: what fails for want of it is tried again. */
  private static void write(OutputStream out, byte[] bytes, int length) throws IOException {
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space")) {
        throw e;
      }
    }
  }

  /** Takes back what {@link #fill} took. */
  public void makeRoom() throws IOException {
    Files.delete(ballast());
  }

  public long free() {
    return path.toFile().getUsableSpace();
  }

  private Path ballast() {
    return path.resolve("ballast");
  }

  @Override
  public void close() {
    // Lazily: what is still open in it goes with the last to close it.
    assertThat(run(List.of("umount", "-l", path.toString()))).isZero();
  }

  private static int run(List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no such command here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
