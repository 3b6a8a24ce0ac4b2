/**
 * A repository as one portable file.
 *
 * <p>Start at {@link dev.varve.engine.archive.Archives}; the layout is told at {@link
 * dev.varve.engine.archive.ArchiveFormat}.
 */
package dev.varve.engine.archive;
