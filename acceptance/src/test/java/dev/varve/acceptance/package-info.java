/**
 * What README and the examples show, run against a server and a command line as a person has them.
 */
package dev.varve.acceptance;
