/** Errors with a stable code, shared by every layer above. Depends on nothing. */
package dev.varve.catalog.error;
