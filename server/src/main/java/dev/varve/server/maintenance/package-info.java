/**
 * What keeps a lake whole: verification, backup and restore, for the API and for a data directory
 * without a server.
 *
 * <p>Start at {@link dev.varve.server.maintenance.FsckRun}.
 */
package dev.varve.server.maintenance;
