/**
 * The whole server as a process that is killed under load, whose disk fills up or whose files are
 * damaged. Start at {@link dev.varve.server.crash.ServerCrashTest}.
 */
package dev.varve.server.crash;
