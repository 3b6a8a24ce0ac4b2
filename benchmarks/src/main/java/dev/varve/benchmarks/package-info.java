/** Measurements of Varve: JMH for the parts, the load driver for the whole. */
package dev.varve.benchmarks;
