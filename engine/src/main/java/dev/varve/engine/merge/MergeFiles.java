package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.table.OpenAttempts;
import dev.varve.engine.table.TableContent;
import dev.varve.engine.table.Tables;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.io.FileIO;

/**
 * The files of one merge, cherry-pick or revert, of all its tables.
 *
 * <p>Manifests and metadata files stay in memory until {@link #publish()}; from then on they are
 * written at once, so that no commit ever names a file that is not there. Data files are written at
 * once by who makes them: whoever merges ends with {@link #committed}, or with {@link #discard}.
 * Where files go is noted in a record before they are written, so that what a merge that dies
 * leaves behind is known. So is the metadata file of a table that did not come into being, which is
 * not deleted, as another branch may have come to the same table: then the record stays.
 */
final class MergeFiles {
  private final MergeVerb verb;
  private final Tables tables;
  private final ScratchFileIO io;
  private final List<byte[]> values = new ArrayList<>();
  private final Set<ObjectId> withMetadataFile = new HashSet<>();
  private final List<String> written = new ArrayList<>();
  private final IdentityHashMap<byte[], WrittenFiles> dataFiles = new IdentityHashMap<>();
  private Optional<OpenAttempts.Announcement> attempt = Optional.empty();
  private boolean published;

  MergeFiles(MergeVerb verb, Tables tables) {
    this.verb = verb;
    this.tables = tables;
    this.io = new ScratchFileIO(tables.warehouse().io());
  }

  /** Reads the warehouse, and keeps new files in memory. */
  FileIO io() {
    return io;
  }

  /** Notes a location in a record that is made with the first one. */
  void announce(String location) {
    announce(List.of(location));
  }

  private synchronized void announce(List<String> locations) {
    if (attempt.isEmpty()) {
      attempt = Optional.of(tables.attempts().begin(verb.text()));
    }
    attempt.get().announce(locations);
  }

  /**
   * Takes a table as it was merged.
   *
   * @param value the table's, whose metadata file is to be written
   * @param data the files that only this value names
   */
  synchronized void add(byte[] value, WrittenFiles data) {
    values.add(value);
    if (!data.files().isEmpty()) {
      dataFiles.put(value, data);
    }
  }

  /** Writes the manifests and metadata files that were made, and from now on at once. */
  synchronized void publish() {
    published = true;
    writeIfPublished();
  }

  /** Writes what was made since, if the merge is published. */
  synchronized void writeIfPublished() {
    List<String> pending = io.pending();
    if (published && !(pending.isEmpty() && values.isEmpty())) {
      List<String> locations = new ArrayList<>(pending);
      values.forEach(value -> locations.add(TableContent.metadataLocation(value)));
      announce(locations);
      written.addAll(pending); // before they are: writing may fail on the way
      io.flush();
      for (byte[] value : values) {
        withMetadataFile.add(TableContent.id(value));
        tables.writeMetadataFile(value);
      }
      values.clear();
    }
  }

  /**
   * Ends a merge that is committed. Removes the data files that were written for tables that did
   * not come into being: of an attempt that was overtaken, or of a merge of several bases.
   *
   * @param values the values that the commit names
   */
  synchronized void committed(Set<ObjectId> values) {
    keepDataOf(values);
    end(values);
  }

  private void keepDataOf(Set<ObjectId> committed) {
    dataFiles.forEach(
        (value, files) -> {
          if (!committed.contains(TableContent.id(value))) {
            files.discard();
          }
        });
    dataFiles.clear();
  }

  /** Removes the files that were written, after a commit that certainly did not happen. */
  synchronized void discard() {
    keepDataOf(Set.of());
    written.forEach(tables.warehouse().io()::deleteFile);
    written.clear();
    end(Set.of());
  }

  /** Takes the record away if all that was written is committed, or gone. */
  private void end(Set<ObjectId> committed) {
    if (committed.containsAll(withMetadataFile)) {
      attempt.ifPresent(OpenAttempts.Announcement::end);
    }
    withMetadataFile.clear();
    attempt = Optional.empty();
  }
}
