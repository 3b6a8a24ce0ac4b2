package dev.varve.engine.prepared;

import java.util.Optional;

/**
 * What came of preparing a rebase.
 *
 * @param report what was done; the branch has not moved, and the head is that of what was prepared
 * @param prepared what waits to be published, or to be resolved; empty if there was nothing to do
 */
public record RebasePreparation(RebaseReport report, Optional<PreparedMerge> prepared) {}
