package dev.varve.engine.prepared;

import dev.varve.engine.merge.Answer;
import java.util.Optional;

/**
 * A conflict of a prepared merge, and how much of it is not resolved.
 *
 * @param open of how many cells and rows nothing is said; for other conflicts 1, or 0 if one is
 *     answered
 * @param said what is said of a conflict that is not between rows
 */
public record OpenConflict(KeptConflict conflict, long open, Optional<Answer> said) {}
