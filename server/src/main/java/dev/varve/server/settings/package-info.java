/**
 * Settings: typed, bounded, documented, and refused when unknown.
 *
 * <p>Start at {@link Setting}, one declared value, and {@link SettingValues}, what a start was
 * given. Each part of the server declares its own settings beside the record that holds them.
 */
package dev.varve.server.settings;
