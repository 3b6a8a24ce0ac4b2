package dev.varve.server.maintenance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What is written down with a backup, as {@code backup-NUMBER.json}, when it is complete.
 *
 * @param format of this file, 1
 * @param number of the catalog's backup, from 1 on
 * @param time when the backup began: what was acknowledged by then is in it
 * @param version the server that made it
 * @param warehouse the absolute path of the warehouse, which table metadata names
 * @param withFiles whether all files that the catalog refers to are in the directory {@code files}
 * @param catalogBytes the length of the catalog's files, shared ones included
 * @param copiedBytes what this backup added, catalog and files
 * @param copiedFiles how many files of the warehouse it added
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BackupManifest(
    int format,
    int number,
    String time,
    String version,
    String warehouse,
    boolean withFiles,
    long catalogBytes,
    long copiedBytes,
    long copiedFiles) {
  static final int FORMAT = 1;
}
