package dev.varve.engine.merge;

import java.util.Map;

/**
 * Something that both sides changed, in words.
 *
 * @param code stable and in kebab-case
 * @param message what conflicts
 * @param hint what can be done on the branches if this is a merge
 * @param details the values by name, for programs
 */
record Problem(String code, String message, String hint, Map<String, String> details) {}
