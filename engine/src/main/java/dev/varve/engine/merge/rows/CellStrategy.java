package dev.varve.engine.merge.rows;

/** How a cell is settled that both sides changed differently. */
public sealed interface CellStrategy permits Side, CellRule {}
