package dev.varve.engine.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the conflicts of one table while its parts are merged. Not safe for use by threads. */
final class Conflicts {
  private final String table;
  private final List<MergeConflict> found = new ArrayList<>();

  Conflicts(String table) {
    this.table = table;
  }

  /** The table's name as messages show it. */
  String table() {
    return table;
  }

  void add(String code, String message, String hint, Map<String, String> details) {
    found.add(new MergeConflict(table, code, message, hint, new TreeMap<>(details)));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<MergeConflict> found() {
    return List.copyOf(found);
  }
}
