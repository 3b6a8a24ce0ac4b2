package dev.varve.benchmarks.load;

import java.io.File;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** What Iceberg's client reads and writes {@code file:} locations of this machine with. */
public final class LocalIO implements FileIO {

  @Override
  public InputFile newInputFile(String location) {
    return Files.localInput(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return Files.localOutput(path(location));
  }

  @Override
  public void deleteFile(String location) {
    if (!new File(path(location)).delete()) {
      throw new IllegalStateException("cannot delete " + location);
    }
  }

  private static String path(String location) {
    return location.replaceFirst("^file:", "");
  }
}
