package dev.varve.catalog.ref;

import dev.varve.catalog.object.ObjectId;
import java.time.Instant;
import java.util.Optional;

/**
 * One move of a ref.
 *
 * @param index how many moves came later: 0 is the newest
 * @param before where it stood, or empty if the move created it
 * @param after where it stands since, or empty if the move deleted it
 * @param who the author of the move, as {@code Name <mail>}
 * @param why what was done, in a few words
 */
public record ReflogEntry(
    long index,
    Optional<ObjectId> before,
    Optional<ObjectId> after,
    String who,
    Instant when,
    String why) {}
