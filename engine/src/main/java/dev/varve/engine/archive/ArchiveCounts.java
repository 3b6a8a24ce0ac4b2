package dev.varve.engine.archive;

/** What is in an archive. */
public record ArchiveCounts(
    long objects, long refs, long reflogEntries, long counters, long files) {}
