package dev.varve.catalog.ref;

import java.time.Instant;

/**
 * Who moves a ref, when and why, for its reflog.
 *
 * @param who the author of the move, as {@code Name <mail>}
 * @param why what is done, in a few words
 */
public record RefChange(String who, Instant when, String why) {}
