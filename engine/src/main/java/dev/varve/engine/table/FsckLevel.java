package dev.varve.engine.table;

/** How far a check follows what tables refer to. */
public enum FsckLevel {
  /** The catalog alone; reads no file of the warehouse. */
  CATALOG,
  /**
   * Also that table metadata can be read, agrees with the id counters, and that its metadata.json,
   * manifest lists and manifests are there. Reads each manifest list.
   */
  METADATA,
  /** Also that all data and delete files are there. Reads each manifest, and no rows. */
  FILES
}
