/** What the tests of several packages share. */
package dev.varve.testing;
