package dev.varve.engine.merge;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Files in memory that notes which of them are opened and written. */
final class CountingFileIO implements FileIO {
  private final transient InMemoryFileIO files = new InMemoryFileIO();
  private final List<String> opened = new ArrayList<>();
  private final List<String> written = new ArrayList<>();

  @Override
  public synchronized InputFile newInputFile(String location) {
    opened.add(location);
    return files.newInputFile(location);
  }

  @Override
  public synchronized OutputFile newOutputFile(String location) {
    written.add(location);
    return files.newOutputFile(location);
  }

  @Override
  public void deleteFile(String location) {
    files.deleteFile(location);
  }

  synchronized void forget() {
    opened.clear();
    written.clear();
  }

  synchronized long openedManifests() {
    return opened.stream().filter(it -> !it.contains("/snap-")).distinct().count();
  }

  synchronized List<String> opened() {
    return List.copyOf(opened);
  }

  synchronized List<String> written() {
    return List.copyOf(written);
  }
}
