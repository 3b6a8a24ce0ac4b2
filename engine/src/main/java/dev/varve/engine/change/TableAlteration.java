package dev.varve.engine.change;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.MemoryOperations;
import dev.varve.engine.table.SharedColumns;
import dev.varve.engine.table.TableErrors;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Changes the shape of one table, in one commit. */
final class TableAlteration {
  private final Tables tables;
  private final Supplier<Duck> duck;
  private final TableName name;
  private final WriteOptions options;

  TableAlteration(Tables tables, Supplier<Duck> duck, TableName name, WriteOptions options) {
    this.tables = tables;
    this.duck = duck;
    this.name = name;
    this.options = options;
  }

  ChangeResult apply(List<Alteration> changes) {
    if (changes.isEmpty()) {
      throw new VarveException(ErrorCode.INVALID_REQUEST, "no change to '" + name + "' is named");
    }
    return Attempts.of(() -> new ChangeResult(commit(changes), 0, 0, 0, 0, 0));
  }

  private Optional<CommitResult> commit(List<Alteration> changes) {
    BaseTable table = tables.open(options, name);
    TableMetadata base = table.operations().current();
    SharedColumns shared =
        SharedColumns.of(tables.repository(), new ContentId(UUID.fromString(base.uuid())));
    try {
      MemoryOperations altered = new MemoryOperations(base, table.io());
      BaseTable draft = new BaseTable(altered, name.toString());
      for (Alteration change : changes) {
        TableMetadata before = altered.current();
        apply(draft, change);
        if (change instanceof Alteration.AddColumn) {
          altered.commit(altered.current(), shared.adopt(before, altered.current()));
        }
      }
      if (changes.stream().anyMatch(Alteration.SetKey.class::isInstance)) {
        new NewKey(name, draft).requireFitting(base.schema(), duck);
      }
      // Not tried again alone: rows that came meanwhile may not fit the key.
      table.operations().commit(base, altered.current());
      return Tables.lastCommit(table);
    } catch (RuntimeException e) {
      throw refused(e);
    }
  }

  private VarveException refused(RuntimeException e) {
    VarveException ours = TableErrors.toVarve(e);
    if (isOfALaterFormat(e)) {
      return new VarveException(
          ErrorCode.INVALID_SCHEMA,
          "cannot alter '%s': %s".formatted(name, e.getMessage()),
          "nothing was committed; set the table's property format-version to 3 first",
          Map.of("table", name.toString()),
          e);
    }
    if (ours.getCause() != e || ours.code() != ErrorCode.INVALID_REQUEST) {
      return ours;
    }
    return new VarveException(
        ErrorCode.INVALID_SCHEMA,
        "cannot alter '%s': %s".formatted(name, e.getMessage()),
        "nothing was committed",
        Map.of("table", name.toString()),
        e);
  }

  /** Iceberg has no exception of its own for what a format of tables does not have yet. */
  private static boolean isOfALaterFormat(RuntimeException e) {
    return e instanceof IllegalStateException
        && String.valueOf(e.getMessage()).startsWith("Invalid schema for v");
  }

  private static void apply(BaseTable table, Alteration change) {
    if (change instanceof Alteration.PartitionBy partitioning) {
      partitionBy(table, partitioning.fields());
    } else if (change instanceof Alteration.SortBy sorting) {
      var order = table.replaceSortOrder();
      SortText.apply(order, table.schema(), sorting.fields());
      order.commit();
    } else if (change instanceof Alteration.SetProperties set) {
      UpdateProperties properties = table.updateProperties();
      set.properties().forEach(properties::set);
      properties.commit();
    } else if (change instanceof Alteration.RemoveProperties remove) {
      UpdateProperties properties = table.updateProperties();
      remove.names().forEach(properties::remove);
      properties.commit();
    } else {
      UpdateSchema update = table.updateSchema();
      applyToSchema(update, table.schema(), change);
      update.commit();
    }
  }

  private static void applyToSchema(UpdateSchema update, Schema schema, Alteration change) {
    if (change instanceof Alteration.AddColumn add) {
      addColumn(update, schema, add);
    } else if (change instanceof Alteration.DropColumn drop) {
      update.deleteColumn(path(schema, drop.column()));
    } else if (change instanceof Alteration.RenameColumn rename) {
      update.renameColumn(path(schema, rename.column()), rename.to());
    } else if (change instanceof Alteration.WidenColumn widen) {
      widen(update, schema, widen);
    } else if (change instanceof Alteration.MoveColumn move) {
      String column = path(schema, move.column());
      move.after()
          .ifPresentOrElse(
              after -> update.moveAfter(column, path(schema, after)),
              () -> update.moveFirst(column));
    } else if (change instanceof Alteration.DescribeColumn describe) {
      update.updateColumnDoc(path(schema, describe.column()), describe.doc().orElse(null));
    } else if (change instanceof Alteration.MakeOptional optional) {
      update.makeColumnOptional(path(schema, optional.column()));
    } else if (change instanceof Alteration.SetKey key) {
      update.allowIncompatibleChanges();
      key.columns().forEach(column -> require(update, schema, column));
      update.setIdentifierFields(key.columns().stream().map(c -> path(schema, c)).toList());
    }
  }

  /** A key has a value in every row, and so has what holds it. */
  private static void require(UpdateSchema update, Schema schema, String column) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    for (Integer at = ColumnNames.require(schema, column).fieldId();
        at != null;
        at = parents.get(at)) {
      if (schema.findField(at).isOptional()) {
        update.requireColumn(schema.findColumnName(at));
      }
    }
  }

  private static void addColumn(UpdateSchema update, Schema schema, Alteration.AddColumn add) {
    int dot = add.column().lastIndexOf('.');
    Type type = type(add.type());
    String doc = add.doc().orElse(null);
    if (dot < 0) {
      update.addColumn(add.column(), type, doc);
    } else {
      String parent = path(schema, add.column().substring(0, dot));
      update.addColumn(parent, add.column().substring(dot + 1), type, doc);
    }
    add.after().ifPresent(after -> update.moveAfter(add.column(), path(schema, after)));
  }

  private static void widen(UpdateSchema update, Schema schema, Alteration.WidenColumn widen) {
    Types.NestedField field = ColumnNames.require(schema, widen.column());
    Type type = type(widen.type());
    if (!type.isPrimitiveType()) {
      throw new VarveException(
          ErrorCode.INVALID_SCHEMA,
          "cannot widen column '%s' from %s to %s"
              .formatted(widen.column(), TypeText.print(field.type()), widen.type()),
          "add or drop its nested fields by their paths");
    }
    update.updateColumn(schema.findColumnName(field.fieldId()), type.asPrimitiveType());
  }

  private static Type type(String text) {
    // Iceberg gives the ids; here they only have to differ.
    return TypeText.parse(text, new AtomicInteger(1_000_000)::incrementAndGet);
  }

  private static void partitionBy(BaseTable table, List<String> fields) {
    Schema schema = table.schema();
    UpdatePartitionSpec update = table.updateSpec();
    List<String> present = PartitionText.print(table.spec());
    // Reading them first names what is wrong, in the words of the request.
    List<String> wanted = PartitionText.print(PartitionText.parse(schema, fields));
    List<PartitionField> old = table.spec().fields();
    for (int i = 0; i < old.size(); i++) {
      if (!wanted.contains(present.get(i)) && !old.get(i).transform().isVoid()) {
        update.removeField(old.get(i).name());
      }
    }
    wanted.stream()
        .filter(text -> !present.contains(text))
        .forEach(text -> update.addField(PartitionText.term(schema, text)));
    update.commit();
  }

  private static String path(Schema schema, String column) {
    return schema.findColumnName(ColumnNames.require(schema, column).fieldId());
  }
}
