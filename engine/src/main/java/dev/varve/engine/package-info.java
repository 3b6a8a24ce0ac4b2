/** The tables: Iceberg metadata, Parquet files and rows, on top of the catalog's history. */
package dev.varve.engine;
