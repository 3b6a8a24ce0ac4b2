package dev.varve.engine.prepared;

import dev.varve.engine.merge.MergeReport;
import java.util.Optional;

/**
 * What came of preparing.
 *
 * @param report what the merge did
 * @param prepared what waits to be published, or in conflict to be resolved; empty if there was
 *     nothing to do
 */
public record Preparation(MergeReport report, Optional<PreparedMerge> prepared) {}
