package dev.varve.engine.archive;

/**
 * What an archive says of itself.
 *
 * @param repository the name of what was exported
 * @param warehouse the absolute path below which its tables name their files
 * @param withFiles whether these files are in the archive
 */
public record ArchiveHeader(String repository, String warehouse, boolean withFiles) {}
