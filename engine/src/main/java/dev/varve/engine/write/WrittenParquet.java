package dev.varve.engine.write;

import java.nio.file.Path;

/** A Parquet file as DuckDB left it. */
record WrittenParquet(Path path, long rows) {}
