/**
 * A Java client of Varve's native HTTP API.
 *
 * <p>Start at {@link VarveClient}: {@code VarveClient.connect(url).repository("lake")} gives the
 * groups of calls of one repository ({@link Branches}, {@link Tags}, {@link History}, {@link
 * Tables}, {@link Namespaces}, {@link Queries}, {@link Merges}). Requests and answers are records;
 * a failure is a {@link VarveException}; a list is a {@link Listing}, read page by page on demand.
 *
 * <p>Nothing is null: what may be absent is {@link java.util.Optional}. All types are safe for use
 * by many threads unless they say otherwise. Needs the JDK and Jackson's tree model, nothing else.
 */
package dev.varve.client;
