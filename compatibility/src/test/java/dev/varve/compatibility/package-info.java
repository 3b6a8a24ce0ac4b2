/**
 * Stock engines against a server that runs as its own process, with nothing of Varve on their class
 * path.
 *
 * <p>Start at {@link SparkTest}; {@link VarveServer} is the process and the little of the native
 * API that the tests need, {@link Spark} a session that knows the server as a catalog.
 */
package dev.varve.compatibility;
