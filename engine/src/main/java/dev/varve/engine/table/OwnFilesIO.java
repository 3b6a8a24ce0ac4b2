package dev.varve.engine.table;

import dev.varve.engine.storage.LocalFiles;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * The file access of one writer: it deletes what this writer wrote, and nothing else.
 *
 * <p>Data, delete and manifest files are shared by branches and by commits of the past, so an
 * Iceberg operation that tidies up behind itself must not reach them. Ignoring such a request is
 * safe: what is in nobody's use is collected later.
 */
final class OwnFilesIO implements FileIO, LocalFiles.Source {
  private static final long serialVersionUID = 1L;

  private final FileIO files;
  private final Set<String> written = ConcurrentHashMap.newKeySet();

  OwnFilesIO(FileIO files) {
    this.files = files;
  }

  @Override
  public LocalFiles localFiles() {
    return LocalFiles.of(files);
  }

  @Override
  public InputFile newInputFile(String location) {
    return files.newInputFile(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    OutputFile output = files.newOutputFile(location);
    written.add(location);
    return output;
  }

  @Override
  public void deleteFile(String location) {
    if (written.remove(location)) {
      files.deleteFile(location);
    }
  }
}
