package dev.varve.engine.merge;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;

/** Data files of one side, with rows that came there, whose row keys may have come on the other. */
record KeyFiles(TableMetadata side, List<DataFile> files) {
  KeyFiles {
    files = List.copyOf(files);
  }
}
