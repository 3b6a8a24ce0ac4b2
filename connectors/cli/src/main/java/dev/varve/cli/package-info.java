/**
 * The command line.
 *
 * <p>Start at {@link dev.varve.cli.Main}. The commands are in {@link dev.varve.cli.command}, what
 * they print with in {@link dev.varve.cli.text}. Everything goes through {@link dev.varve.client}.
 */
package dev.varve.cli;
