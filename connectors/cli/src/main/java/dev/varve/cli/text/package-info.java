/**
 * Text for people: tables, colours, numbers and the graph of a history. Knows no commands; start at
 * {@link Terminal} and {@link TextTable}.
 */
package dev.varve.cli.text;
