package dev.varve.engine.write;

import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;

/**
 * A data file that is to be made of the columns of others, which hold the same rows in the same
 * order and row groups.
 *
 * @param main has the rows, and is in the partition and the order that the new file will be in
 * @param columns the files that other columns are taken from, by the field ids of these: top-level
 *     columns that both files have, and that neither partition nor order depend on
 * @param computed those that are in no file as they are to be
 */
public record SplicedFile(
    DataFile main, Map<Integer, DataFile> columns, Optional<ComputedColumns> computed) {
  public SplicedFile {
    columns = Map.copyOf(columns);
  }
}
