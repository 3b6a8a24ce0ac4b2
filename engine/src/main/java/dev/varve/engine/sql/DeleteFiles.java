package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;

/** Delete files that DuckDB reads. */
final class DeleteFiles {
  private DeleteFiles() {}

  /** Whether DuckDB opens the file: all but deletion vectors. */
  static boolean isOpenedByDuck(DeleteFile delete) {
    return delete.format() != FileFormat.PUFFIN;
  }

  /**
   * The location of a delete file.
   *
   * @throws VarveException if its format is not Parquet
   */
  static String parquet(DeleteFile delete) {
    if (delete.format() != FileFormat.PARQUET) {
      throw new VarveException(
          ErrorCode.UNSUPPORTED,
          "cannot read '%s': delete files of format %s are not supported"
              .formatted(delete.location(), delete.format()),
          "compact the table with the engine that wrote them");
    }
    return delete.location();
  }
}
