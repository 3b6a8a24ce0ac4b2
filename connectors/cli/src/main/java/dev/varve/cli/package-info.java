/** The command line. */
package dev.varve.cli;
