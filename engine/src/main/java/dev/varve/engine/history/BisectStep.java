package dev.varve.engine.history;

import dev.varve.catalog.history.Commit;

/**
 * One question of a bisection, and its answer.
 *
 * @param commit where the check ran
 * @param holds whether it held
 * @param suspects how many commits may be the first bad one after it
 */
public record BisectStep(Commit commit, boolean holds, int suspects) {}
