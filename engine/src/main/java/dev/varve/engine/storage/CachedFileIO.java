package dev.varve.engine.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Iceberg's access to remote files through their local copies: what is read is brought here as a
 * whole, what is written goes through a local file, which stays as the copy. Every location outside
 * the root is refused. Safe for use by many threads.
 */
final class CachedFileIO implements FileIO, LocalFiles.Source {
  private static final long serialVersionUID = 1L;

  private final transient RemoteLocations locations;
  private final transient RemoteFiles remote;
  private final transient FileCache cache;

  CachedFileIO(RemoteLocations locations, RemoteFiles remote, FileCache cache) {
    this.locations = locations;
    this.remote = remote;
    this.cache = cache;
  }

  @Override
  public InputFile newInputFile(String location) {
    return new Input(location, locations.normal(location), Optional.empty());
  }

  @Override
  public InputFile newInputFile(String location, long length) {
    return new Input(location, locations.normal(location), Optional.of(length));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new Output(location, locations.normal(location));
  }

  @Override
  public void deleteFile(String location) {
    delete(locations.normal(location));
  }

  private void delete(String normal) {
    remote.delete(normal);
    cache.remove(normal);
  }

  @Override
  public LocalFiles localFiles() {
    return new CachedFiles(locations, remote, cache);
  }

  private final class Input implements InputFile {
    private final String location;
    private final String normal;
    private final Optional<Long> known;

    Input(String location, String normal, Optional<Long> known) {
      this.location = location;
      this.normal = normal;
      this.known = known;
    }

    @Override
    public long getLength() {
      return known.or(() -> cache.length(normal)).orElseGet(() -> remote.length(normal));
    }

    @Override
    public SeekableInputStream newStream() {
      Optional<LocalCopies> copies = cache.tryAcquire(normal, getLength());
      if (copies.isEmpty()) {
        return remote.file(normal).newStream();
      }
      // A file that is open can be read to its end, whether it is still in the cache or not.
      try (LocalCopies here = copies.get()) {
        return new LocalInputStream(here.path(normal));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the copy of '" + location + "'", e);
      }
    }

    @Override
    public String location() {
      return location;
    }

    @Override
    public boolean exists() {
      return remote.exists(normal);
    }
  }

  private final class Output implements OutputFile {
    private final String location;
    private final String normal;

    Output(String location, String normal) {
      this.location = location;
      this.normal = normal;
    }

    @Override
    public PositionOutputStream create() {
      return open(RemoteFiles.Existing.REFUSED);
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      return open(RemoteFiles.Existing.OVERWRITTEN);
    }

    private PositionOutputStream open(RemoteFiles.Existing existing) {
      Path local = cache.fresh();
      try {
        return UploadStream.open(local, () -> upload(local, existing));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write '" + location + "'", e);
      }
    }

    private void upload(Path local, RemoteFiles.Existing existing) throws IOException {
      try {
        cache.remove(normal);
        remote.upload(local, normal, existing);
        cache.adopt(local, normal);
      } finally {
        Files.deleteIfExists(local);
      }
    }

    @Override
    public String location() {
      return location;
    }

    @Override
    public InputFile toInputFile() {
      return newInputFile(location);
    }
  }
}
