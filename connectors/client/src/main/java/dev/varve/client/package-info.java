/** A Java client of the native HTTP API. */
package dev.varve.client;
