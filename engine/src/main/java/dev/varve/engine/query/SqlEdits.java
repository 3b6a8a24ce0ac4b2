package dev.varve.engine.query;

import dev.varve.engine.query.TableUse.TextSpan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Replacements in a text, which remember where what came from. Positions are in bytes of UTF-8. */
final class SqlEdits {
  private final byte[] text;
  private final NavigableMap<Integer, Edit> edits = new TreeMap<>();

  private record Edit(TextSpan span, byte[] replacement) {}

  SqlEdits(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
  }

  void replace(TextSpan span, String replacement) {
    edits.put(span.start(), new Edit(span, replacement.getBytes(StandardCharsets.UTF_8)));
  }

  /** The text with all replacements. */
  String apply() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int next = 0;
    for (Edit edit : edits.values()) {
      out.write(text, next, edit.span.start() - next);
      out.writeBytes(edit.replacement);
      next = edit.span.start() + edit.span.length();
    }
    out.write(text, next, text.length - next);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The place in the original text of a place in the new one; the start of what was replaced. */
  int original(int position) {
    int shift = 0;
    for (Edit edit : edits.values()) {
      int start = edit.span.start() + shift;
      if (position < start) {
        break;
      }
      if (position < start + edit.replacement.length) {
        return edit.span.start();
      }
      shift += edit.replacement.length - edit.span.length();
    }
    return position - shift;
  }
}
