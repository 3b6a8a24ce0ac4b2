package dev.varve.engine.table;

import java.nio.ByteBuffer;
import org.apache.iceberg.TableMetadata;

/**
 * What a client of Iceberg's protocol is given of a table.
 *
 * @param metadata its file location changes with everything in it
 * @param json the same as JSON, as the file at its location holds it; to be read
 */
public record ServedTable(TableMetadata metadata, ByteBuffer json) {}
