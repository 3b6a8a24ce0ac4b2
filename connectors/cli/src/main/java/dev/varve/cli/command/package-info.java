/**
 * The commands, one class each; those that belong together share a file.
 *
 * <p>Start at {@link Commands}, which lists them. A command reads its options, makes one call of
 * the client and prints the answer, as text or as the API's JSON; errors are exceptions that {@code
 * Main} prints.
 */
package dev.varve.cli.command;
