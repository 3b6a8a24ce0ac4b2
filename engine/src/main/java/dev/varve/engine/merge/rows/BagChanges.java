package dev.varve.engine.merge.rows;

/**
 * What the sides did since base to rows without a key, of which one side's are taken as a whole if
 * they conflict. Equal rows are counted each time; rows that only moved to other files are not.
 */
public record BagChanges(long oursAdded, long oursRemoved, long theirsAdded, long theirsRemoved) {}
