/** The parts of the catalog under JMH, and the shape of its trees. */
package dev.varve.benchmarks.catalog;
