package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.table.OpenAttempts;
import dev.varve.engine.table.TableContent;
import dev.varve.engine.table.Tables;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
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
 * once by who makes them: whoever merges ends with {@link #keepDataOf} and {@link #end}, or with
 * {@link #discard}. Where data files and manifests go is noted in a record before they are written,
 * so that what a merge that dies leaves behind is known.
 */
final class MergeFiles {
  private final MergeVerb verb;
  private final Tables tables;
  private final ScratchFileIO io;
  private final List<byte[]> values = new ArrayList<>();
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
  synchronized void announce(String location) {
    if (attempt.isEmpty()) {
      attempt = Optional.of(tables.attempts().begin(verb.text()));
    }
    attempt.get().announce(location);
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
    if (published) {
      List<String> pending = io.pending();
      pending.forEach(this::announce);
      written.addAll(pending); // before they are: writing may fail on the way
      io.flush();
      values.forEach(tables::writeMetadataFile);
      values.clear();
    }
  }

  /**
   * Removes the data files that were written for tables that did not come into being: of an attempt
   * that was overtaken, or of a merge of several bases.
   *
   * @param committed the values that a commit made here names
   */
  synchronized void keepDataOf(Set<ObjectId> committed) {
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
    end();
  }

  /** Takes the record away: what was written is committed, or gone. */
  synchronized void end() {
    attempt.ifPresent(OpenAttempts.Announcement::end);
    attempt = Optional.empty();
  }
}
