package dev.varve.engine.merge;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;

/** Added data files of one side whose row keys may also be on the other side. */
record KeyFiles(TableMetadata side, List<DataFile> files) {
  KeyFiles {
    files = List.copyOf(files);
  }
}
