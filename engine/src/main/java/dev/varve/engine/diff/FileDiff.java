package dev.varve.engine.diff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Compares the file sets of two states of one table.
 *
 * <p>Manifests are immutable, so those that both states list are skipped; the cost is two manifest
 * lists and the manifests that only one of them names. No data file is opened.
 */
public final class FileDiff {
  private final FileIO io;
  private int manifestsRead;

  private FileDiff(FileIO io) {
    this.io = io;
  }

  /**
   * Finds the files that only one of two states holds.
   *
   * @return the delta, its files with all column metrics and their sequence numbers
   */
  public static FileDelta between(TableMetadata before, TableMetadata after, FileIO io) {
    return new FileDiff(io).compare(before, after);
  }

  private FileDelta compare(TableMetadata before, TableMetadata after) {
    if (snapshotId(before) == snapshotId(after)) {
      return new FileDelta(List.of(), List.of(), List.of(), List.of(), 0);
    }
    Map<String, ManifestFile> onlyBefore = manifests(before);
    Map<String, ManifestFile> onlyAfter = manifests(after);
    List<String> shared = onlyBefore.keySet().stream().filter(onlyAfter::containsKey).toList();
    shared.forEach(onlyBefore::remove);
    shared.forEach(onlyAfter::remove);

    Map<String, DataFile> removed = dataFiles(onlyBefore, before);
    Map<String, DataFile> added = dataFiles(onlyAfter, after);
    cancelShared(removed, added);
    Map<String, DeleteFile> removedDeletes = deleteFiles(onlyBefore, before);
    Map<String, DeleteFile> addedDeletes = deleteFiles(onlyAfter, after);
    cancelShared(removedDeletes, addedDeletes);
    return new FileDelta(
        List.copyOf(added.values()),
        List.copyOf(removed.values()),
        List.copyOf(addedDeletes.values()),
        List.copyOf(removedDeletes.values()),
        manifestsRead);
  }

  private static long snapshotId(TableMetadata metadata) {
    Snapshot current = metadata.currentSnapshot();
    return current == null ? -1 : current.snapshotId();
  }

  private Map<String, ManifestFile> manifests(TableMetadata metadata) {
    Map<String, ManifestFile> manifests = new LinkedHashMap<>();
    if (metadata.currentSnapshot() != null) {
      for (ManifestFile manifest : metadata.currentSnapshot().allManifests(io)) {
        manifests.put(manifest.path(), manifest);
      }
    }
    return manifests;
  }

  private Map<String, DataFile> dataFiles(Map<String, ManifestFile> manifests, TableMetadata of) {
    Map<String, DataFile> files = new LinkedHashMap<>();
    for (ManifestFile manifest : live(manifests, ManifestContent.DATA)) {
      read(ManifestFiles.read(manifest, io, of.specsById()), files);
    }
    return files;
  }

  private Map<String, DeleteFile> deleteFiles(
      Map<String, ManifestFile> manifests, TableMetadata of) {
    Map<String, DeleteFile> files = new LinkedHashMap<>();
    for (ManifestFile manifest : live(manifests, ManifestContent.DELETES)) {
      read(ManifestFiles.readDeleteManifest(manifest, io, of.specsById()), files);
    }
    return files;
  }

  private static List<ManifestFile> live(
      Map<String, ManifestFile> manifests, ManifestContent content) {
    List<ManifestFile> live = new ArrayList<>();
    for (ManifestFile manifest : manifests.values()) {
      if (manifest.content() == content
          && (manifest.hasAddedFiles() || manifest.hasExistingFiles())) {
        live.add(manifest);
      }
    }
    return live;
  }

  private <F extends ContentFile<F>> void read(ManifestReader<F> manifest, Map<String, F> into) {
    manifestsRead++;
    try (manifest) {
      for (F file : manifest) {
        into.put(AppliedDeletes.name(file), file.copy());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read manifest '" + manifest.file().location() + "'", e);
    }
  }

  private static <F> void cancelShared(Map<String, F> removed, Map<String, F> added) {
    Map<String, F> smaller = removed.size() <= added.size() ? removed : added;
    for (String name : new HashMap<>(smaller).keySet()) {
      if (removed.containsKey(name) && added.containsKey(name)) {
        removed.remove(name);
        added.remove(name);
      }
    }
  }
}
