package dev.varve.engine.storage;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A copy that is here or on its way, and how many read it. Guarded by its cache's lock. */
final class CachedFile {
  private final String name;
  private final Path path;
  private final long length;
  private final CompletableFuture<Void> arrival;
  private int readers;
  private boolean doomed;

  private CachedFile(String name, Path path, long length, CompletableFuture<Void> arrival) {
    this.name = name;
    this.path = path;
    this.length = length;
    this.arrival = arrival;
  }

  static CachedFile here(String name, Path path, long length) {
    return new CachedFile(name, path, length, CompletableFuture.completedFuture(null));
  }

  static CachedFile onItsWay(String name, Path path, long length) {
    return new CachedFile(name, path, length, new CompletableFuture<>());
  }

  String name() {
    return name;
  }

  Path path() {
    return path;
  }

  long length() {
    return length;
  }

  /** Is complete when the file is here, or with what went wrong. */
  CompletableFuture<Void> arrival() {
    return arrival;
  }

  boolean isRead() {
    return readers > 0;
  }

  /** Adds a reader; tells whether it is the only one. */
  boolean enter() {
    return readers++ == 0;
  }

  /** Takes a reader away; tells whether it was the last one. */
  boolean leave() {
    return --readers == 0;
  }

  /** Says that nobody will want the file after its readers. */
  void doom() {
    doomed = true;
  }

  boolean isDoomed() {
    return doomed;
  }
}
