package dev.varve.engine.table;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.github.benmanes.caffeine.cache.Cache;
import dev.varve.catalog.Repository;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Table metadata by the id of its value: parsed once, kept beside its JSON so that it is not
 * written again for each answer, and written as {@code metadata.json}.
 *
 * <p>Values are immutable, so nothing in the cache is ever stale.
 */
final class MetadataStore {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataStore.class);

  private final Repository repository;
  private final Warehouse warehouse;
  private final Cache<MetadataCache.Name, StoredMetadata> cache;

  /**
   * @param cache of the same warehouse, shared or not
   */
  MetadataStore(Repository repository, Warehouse warehouse, MetadataCache cache) {
    this.repository = repository;
    this.warehouse = warehouse;
    this.cache = cache.asCache();
  }

  /** The metadata as it was committed. */
  TableMetadata stored(Content content) {
    return committed(content).metadata();
  }

  private StoredMetadata committed(Content content) {
    return cache.get(
        MetadataCache.Name.of(content.value()),
        key -> StoredMetadata.of(key.value(), repository.value(key.value())));
  }

  /** The metadata with its ids at the repository's marks, for a writer on a branch. */
  TableMetadata served(Content content) {
    TableMetadata stored = stored(content);
    IdMarks own = IdMarks.of(stored);
    IdMarks marks = own.or(IdMarks.of(repository, content.id(), stored.formatVersion()));
    if (marks.equals(own)) {
      return stored;
    }
    return raised(content, stored, marks).metadata();
  }

  private StoredMetadata raised(Content content, TableMetadata stored, IdMarks marks) {
    return cache.get(
        new MetadataCache.Name(content.value(), Optional.of(marks), List.of()),
        key -> raise(stored, marks));
  }

  /**
   * The JSON of a table's metadata, as its {@code metadata.json} holds it.
   *
   * @param metadata what {@link #stored} or {@link #served} gave for the content
   */
  ByteBuffer json(Content content, TableMetadata metadata) {
    StoredMetadata committed = committed(content);
    IdMarks marks = IdMarks.of(metadata);
    return marks.equals(IdMarks.of(committed.metadata()))
        ? TableContent.json(committed.value())
        : TableContent.json(raised(content, committed.metadata(), marks).value());
  }

  /**
   * Keeps what was just committed, so that the next reader need not parse it, in place of what it
   * was made from: earlier versions that were read as often would keep new ones out of the cache.
   */
  void remember(StoredMetadata committed, Optional<Content> replaced) {
    replaced
        .filter(content -> !content.value().equals(committed.id()))
        .ifPresent(content -> cache.invalidate(MetadataCache.Name.of(content.value())));
    cache.put(MetadataCache.Name.of(committed.id()), committed);
  }

  /**
   * Writes the {@code metadata.json} of a value, unless it is there. Not synced: the catalog is the
   * truth, and the file can be written again from it. Nobody but gc may remove it: equal values,
   * committed or about to be, share it.
   *
   * @return whether this call made the file
   */
  boolean writeFile(byte[] value) {
    return writeFile(TableContent.metadataLocation(value), value);
  }

  boolean writeFile(StoredMetadata metadata) {
    return writeFile(metadata.metadata().metadataFileLocation(), metadata.value());
  }

  /** As {@link #writeFile(byte[])}, for the metadata of a view, whose value has the same shape. */
  boolean writeFile(String location, byte[] value) {
    return warehouse.storage().directory().isPresent()
        ? writeLocal(location, value)
        : writeRemote(location, value);
  }

  /** A store shows a file as a whole or not at all, so that a length is all there is to ask. */
  private boolean writeRemote(String location, byte[] value) {
    ByteBuffer json = TableContent.json(value);
    if (isThere(location, json.remaining())) {
      return false;
    }
    try (OutputStream out = warehouse.io().newOutputFile(location).createOrOverwrite()) {
      Channels.newChannel(out).write(json);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write '" + location + "'", e);
    }
  }

  private boolean isThere(String location, long length) {
    try {
      return warehouse.storage().length(location) == length;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private boolean writeLocal(String location, byte[] value) {
    Path file = warehouse.path(location);
    try {
      try {
        return write(file, value);
      } catch (NoSuchFileException e) {
        Files.createDirectories(file.getParent());
        return write(file, value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write '" + location + "'", e);
    }
  }

  /**
   * A file of this name can have these bytes only, so that writers at the same time harm neither
   * one another nor readers, as long as nobody cuts what another wrote. As it is not synced, a loss
   * of power may have left a part of its bytes or none.
   */
  private static boolean write(Path file, byte[] value) throws IOException {
    ByteBuffer json = TableContent.json(value);
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      if (channel.size() == json.remaining()) {
        return false;
      }
      while (json.hasRemaining()) {
        channel.write(json);
      }
      return true;
    }
  }

  private StoredMetadata raise(TableMetadata stored, IdMarks marks) {
    return written(StoredMetadata.raised(stored, marks));
  }

  /**
   * The metadata with refs of the catalog among its own.
   *
   * @param served what {@link #served} gave for the content
   */
  ServedTable served(Content content, TableMetadata served, List<ShownRef> refs) {
    if (refs.isEmpty()) {
      return new ServedTable(served, json(content, served));
    }
    MetadataCache.Name key =
        new MetadataCache.Name(content.value(), Optional.of(IdMarks.of(served)), refs);
    StoredMetadata shown = cache.getIfPresent(key);
    if (shown == null) {
      // Not computed by the cache, which is asked for the refs' metadata meanwhile.
      shown = written(StoredMetadata.of(CatalogRefs.shown(served, refs, this::stored)));
      cache.put(key, shown);
    }
    return new ServedTable(shown.metadata(), TableContent.json(shown.value()));
  }

  private StoredMetadata written(StoredMetadata served) {
    try {
      writeFile(served);
    } catch (UncheckedIOException | VarveException e) {
      // Reading goes on without the file, as when it is lost: on a full disk above all.
      LOG.warn("Cannot write a metadata file for readers that follow its location", e);
    }
    return served;
  }
}
