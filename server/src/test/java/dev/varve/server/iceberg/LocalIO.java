package dev.varve.server.iceberg;

import java.io.File;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** What an engine on this machine reads and writes {@code file:} locations with. */
public final class LocalIO implements FileIO {

  @Override
  public InputFile newInputFile(String path) {
    return Files.localInput(path);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return Files.localOutput(path.replaceFirst("^file:", ""));
  }

  @Override
  public void deleteFile(String path) {
    if (!new File(path.replaceFirst("^file:", "")).delete()) {
      throw new IllegalStateException("cannot delete " + path);
    }
  }
}
