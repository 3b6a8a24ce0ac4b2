/**
 * What is kept for a while because it cannot be made again. Start at {@link
 * dev.varve.server.recent.RecentEntries}.
 */
package dev.varve.server.recent;
