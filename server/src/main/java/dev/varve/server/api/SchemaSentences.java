package dev.varve.server.api;

import dev.varve.engine.diff.SchemaChange;

/** Changes of columns as sentences. */
final class SchemaSentences {
  private SchemaSentences() {}

  static String of(SchemaChange change) {
    if (change instanceof SchemaChange.Added it) {
      return "added '" + it.path() + "' " + it.type() + (it.required() ? " not null" : "");
    } else if (change instanceof SchemaChange.Dropped it) {
      return "dropped '" + it.path() + "' " + it.type();
    } else if (change instanceof SchemaChange.Renamed it) {
      return "renamed '" + it.from() + "' to '" + it.path() + "'";
    } else if (change instanceof SchemaChange.Retyped it) {
      return "changed '" + it.path() + "' from " + it.from() + " to " + it.to();
    } else if (change instanceof SchemaChange.Required it) {
      return "made '" + it.path() + "' " + (it.required() ? "required" : "optional");
    } else if (change instanceof SchemaChange.Documented it) {
      return "described '" + it.path() + "'" + it.to().map(text -> " as '" + text + "'").orElse("");
    } else if (change instanceof SchemaChange.Defaulted it) {
      return "changed the default of '" + it.path() + "' to " + it.to().orElse("none");
    }
    SchemaChange.Moved moved = (SchemaChange.Moved) change;
    return "moved '"
        + moved.path()
        + "' "
        + moved.after().map(other -> "behind '" + other + "'").orElse("to the front");
  }
}
