/**
 * Immutable, content-addressed objects and their canonical bytes.
 *
 * <p>Start at {@link dev.varve.catalog.object.ObjectId}. Every object is {@code kind byte, format
 * byte, fields}; its id is the SHA-256 of all of these bytes, so equal content has equal ids on
 * every machine. Fields are written by {@link dev.varve.catalog.object.CanonicalWriter}: unsigned
 * LEB128 numbers in their shortest form, big-endian longs, length-prefixed UTF-8.
 */
package dev.varve.catalog.object;
