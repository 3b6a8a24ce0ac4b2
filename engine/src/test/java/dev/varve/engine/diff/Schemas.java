package dev.varve.engine.diff;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A short text form of schemas: {@code "1 id long! #key, 2 at {3 x int, 4 y int}, 5 tags [6
 * string]"}.
 *
 * <p>{@code !} makes a column required, {@code #key} puts it into the row key, {@code 'text'}
 * documents it, {@code ?7} is the value of rows that were written before it was there, and {@code
 * =7} that of new rows that say none.
 */
public final class Schemas {
  private final String text;
  private final Set<Integer> key = new HashSet<>();
  private int at;

  private Schemas(String text) {
    this.text = text;
  }

  public static Schema parse(String text) {
    Schemas parser = new Schemas(text);
    List<NestedField> fields = parser.fields();
    return new Schema(fields, parser.key);
  }

  public static String print(Schema schema) {
    return schema.columns().stream()
        .map(field -> print(field, schema.identifierFieldIds()))
        .collect(Collectors.joining(", "));
  }

  private static String print(NestedField field, Set<Integer> key) {
    return field.fieldId()
        + " "
        + field.name()
        + " "
        + print(field.type())
        + (field.isRequired() ? "!" : "")
        + (key.contains(field.fieldId()) ? " #key" : "")
        + (field.doc() == null ? "" : " '" + field.doc() + "'")
        + (field.initialDefault() == null ? "" : " ?" + field.initialDefault())
        + (field.writeDefault() == null ? "" : " =" + field.writeDefault());
  }

  private static String print(Type type) {
    if (type.isStructType()) {
      return type.asStructType().fields().stream()
          .map(field -> print(field, Set.of()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (type.isListType()) {
      return "["
          + type.asListType().elementId()
          + " "
          + print(type.asListType().elementType())
          + "]";
    }
    return type.toString().replace(" ", "");
  }

  private List<NestedField> fields() {
    List<NestedField> fields = new ArrayList<>();
    do {
      fields.add(field());
    } while (eat(","));
    return fields;
  }

  private NestedField field() {
    int id = Integer.parseInt(word());
    String name = word();
    Type type = type();
    NestedField.Builder field = eat("!") ? NestedField.required(name) : NestedField.optional(name);
    if (eat("#key")) {
      key.add(id);
    }
    if (eat("'")) {
      int end = text.indexOf('\'', at);
      field.withDoc(text.substring(at, end));
      at = end + 1;
    }
    if (eat("?")) {
      field.withInitialDefault(literal(type));
    }
    if (eat("=")) {
      field.withWriteDefault(literal(type));
    }
    return field.withId(id).ofType(type).build();
  }

  private Literal<?> literal(Type type) {
    String value = word();
    return value.matches("-?\\d+")
        ? Literal.of(Long.parseLong(value)).to(type)
        : Literal.of(value).to(type);
  }

  private Type type() {
    if (eat("{")) {
      Type type = Types.StructType.of(fields());
      eat("}");
      return type;
    }
    if (eat("[")) {
      int id = Integer.parseInt(word());
      Type type = Types.ListType.ofOptional(id, type());
      eat("]");
      return type;
    }
    return Types.fromPrimitiveString(word().replace(";", ", "));
  }

  private String word() {
    space();
    int start = at;
    while (at < text.length() && ", !{}[]".indexOf(text.charAt(at)) < 0) {
      at++;
      if (text.charAt(at - 1) == '(') {
        at = text.indexOf(')', at) + 1;
      }
    }
    return text.substring(start, at);
  }

  private boolean eat(String token) {
    space();
    boolean found = text.startsWith(token, at);
    at += found ? token.length() : 0;
    return found;
  }

  private void space() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }
}
