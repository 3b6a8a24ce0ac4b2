package dev.varve.engine.merge;

import java.util.Optional;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Carries files from one state of a table into another.
 *
 * <p>The ids of partition specs and sort orders count per state, so that one id may name two specs
 * on two branches: each is looked up by what it means.
 */
final class CarriedFiles {
  private final TableMetadata from;
  private final TableMetadata into;

  CarriedFiles(TableMetadata from, TableMetadata into) {
    this.from = from;
    this.into = into;
  }

  /** Whether the other state has the spec by which the file is partitioned. */
  boolean fits(ContentFile<?> file) {
    return spec(file).isPresent();
  }

  DataFile data(DataFile file) {
    PartitionSpec spec = spec(file).orElseThrow();
    if (unchanged(file, spec)) {
      return file;
    }
    DataFiles.Builder builder =
        DataFiles.builder(spec)
            .withPath(file.location())
            .withFormat(file.format())
            .withFileSizeInBytes(file.fileSizeInBytes())
            .withMetrics(metrics(file))
            .withSplitOffsets(file.splitOffsets())
            .withEncryptionKeyMetadata(file.keyMetadata())
            .withSortOrder(order(file));
    if (spec.isPartitioned()) {
      builder.withPartition(partition(spec, file.partition()));
    }
    return builder.build();
  }

  DeleteFile delete(DeleteFile file) {
    PartitionSpec spec = spec(file).orElseThrow();
    if (unchanged(file, spec)) {
      return file;
    }
    FileMetadata.Builder builder =
        FileMetadata.deleteFileBuilder(spec)
            .withPath(file.location())
            .withFormat(file.format())
            .withFileSizeInBytes(file.fileSizeInBytes())
            .withMetrics(metrics(file))
            .withSplitOffsets(file.splitOffsets())
            .withEncryptionKeyMetadata(file.keyMetadata());
    if (spec.isPartitioned()) {
      builder.withPartition(partition(spec, file.partition()));
    }
    if (file.content() == FileContent.EQUALITY_DELETES) {
      builder
          .ofEqualityDeletes(file.equalityFieldIds().stream().mapToInt(id -> id).toArray())
          .withSortOrder(order(file));
    } else {
      builder.ofPositionDeletes();
    }
    if (file.referencedDataFile() != null) {
      builder.withReferencedDataFile(file.referencedDataFile());
    }
    if (file.contentOffset() != null) {
      builder
          .withContentOffset(file.contentOffset())
          .withContentSizeInBytes(file.contentSizeInBytes());
    }
    return builder.build();
  }

  private static Metrics metrics(ContentFile<?> file) {
    return new Metrics(
        file.recordCount(),
        file.columnSizes(),
        file.valueCounts(),
        file.nullValueCounts(),
        file.nanValueCounts(),
        file.lowerBounds(),
        file.upperBounds());
  }

  private Optional<PartitionSpec> spec(ContentFile<?> file) {
    PartitionSpec wanted = from.spec(file.specId());
    PartitionSpec sameId = into.spec(file.specId());
    if (sameId != null && sameId.compatibleWith(wanted)) {
      return Optional.of(sameId);
    }
    return into.specs().stream().filter(wanted::compatibleWith).findFirst();
  }

  private boolean unchanged(ContentFile<?> file, PartitionSpec spec) {
    SortOrder order = order(file);
    boolean sameOrder = file.sortOrderId() == null || order.orderId() == file.sortOrderId();
    return spec.specId() == file.specId()
        && sameOrder
        // What an earlier state read of a file has the types of that state.
        && file.partition() instanceof PartitionData partition
        && spec.partitionType().equals(partition.getPartitionType());
  }

  private SortOrder order(ContentFile<?> file) {
    if (file.sortOrderId() == null) {
      return SortOrder.unsorted();
    }
    SortOrder wanted = from.sortOrdersById().get(file.sortOrderId());
    if (wanted == null) {
      return SortOrder.unsorted();
    }
    return into.sortOrders().stream()
        .filter(order -> order.sameOrder(wanted))
        .findFirst()
        .orElse(SortOrder.unsorted());
  }

  /** Partition values in the types of the other state: its columns may be wider. */
  private static PartitionData partition(PartitionSpec spec, StructLike values) {
    PartitionData partition = new PartitionData(spec.partitionType());
    int at = 0;
    for (NestedField field : spec.partitionType().fields()) {
      partition.set(at, widen(values.get(at, Object.class), field.type()));
      at++;
    }
    return partition;
  }

  private static Object widen(Object value, Type type) {
    if (value instanceof Integer number && type.typeId() == Type.TypeID.LONG) {
      return number.longValue();
    }
    if (value instanceof Float number && type.typeId() == Type.TypeID.DOUBLE) {
      return number.doubleValue();
    }
    return value;
  }
}
