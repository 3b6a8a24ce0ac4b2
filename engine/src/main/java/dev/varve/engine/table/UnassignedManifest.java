package dev.varve.engine.table;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;

/**
 * A manifest as it was before a commit gave it its snapshot, sequence number and row ids, so that
 * another commit can.
 */
record UnassignedManifest(ManifestFile manifest) implements ManifestFile {
  private static final long UNASSIGNED = -1;

  @Override
  public Long snapshotId() {
    return null;
  }

  @Override
  public long sequenceNumber() {
    return UNASSIGNED;
  }

  @Override
  public long minSequenceNumber() {
    return UNASSIGNED;
  }

  @Override
  public Long firstRowId() {
    return null;
  }

  @Override
  public String path() {
    return manifest.path();
  }

  @Override
  public long length() {
    return manifest.length();
  }

  @Override
  public int partitionSpecId() {
    return manifest.partitionSpecId();
  }

  @Override
  public ManifestContent content() {
    return manifest.content();
  }

  @Override
  public Integer addedFilesCount() {
    return manifest.addedFilesCount();
  }

  @Override
  public Long addedRowsCount() {
    return manifest.addedRowsCount();
  }

  @Override
  public Integer existingFilesCount() {
    return manifest.existingFilesCount();
  }

  @Override
  public Long existingRowsCount() {
    return manifest.existingRowsCount();
  }

  @Override
  public Integer deletedFilesCount() {
    return manifest.deletedFilesCount();
  }

  @Override
  public Long deletedRowsCount() {
    return manifest.deletedRowsCount();
  }

  @Override
  public List<PartitionFieldSummary> partitions() {
    return manifest.partitions();
  }

  @Override
  public ByteBuffer keyMetadata() {
    return manifest.keyMetadata();
  }

  @Override
  public ManifestFile copy() {
    return new UnassignedManifest(manifest.copy());
  }
}
