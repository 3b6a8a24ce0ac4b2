package dev.varve.engine.history;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Revision;
import dev.varve.engine.query.QueryLimits;

/**
 * What to search for.
 *
 * @param good where the check held; the bad commit was made on it
 * @param bad where it does not hold any more
 * @param sql the check: a query that gives one row with one boolean
 * @param ancestry {@code ALL} also looks into what was merged; {@code FIRST_PARENT} only at what
 *     the branch was
 * @param limits of each query
 */
public record BisectRequest(
    Revision good, Revision bad, String sql, Ancestry ancestry, QueryLimits limits) {}
