package dev.varve.engine.table;

/**
 * The places of one table.
 *
 * @param location served as the table's location; holds no files
 * @param data where engines put data and delete files
 * @param metadata where manifests and metadata files go
 */
record TableLocations(String location, String data, String metadata) {}
