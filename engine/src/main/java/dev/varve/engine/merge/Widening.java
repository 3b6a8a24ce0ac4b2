package dev.varve.engine.merge;

import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.PrimitiveType;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.DecimalType;

/** Which types a column may have that was widened differently: those that hold all its values. */
final class Widening {
  private Widening() {}

  /** Reads a primitive type as Iceberg writes it, such as {@code decimal(12,2)}. */
  static Optional<PrimitiveType> parse(String text) {
    try {
      return Optional.of(Types.fromPrimitiveString(text.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The same with base's type for a side that has a narrower one, as in a revert of the commit that
   * widened the column: no widening is taken back, for files may hold what only the wider type can.
   */
  static ThreeWay<Object> kept(ThreeWay<Object> types) {
    return types.base().map(base -> types.map(type -> kept(type, base))).orElse(types);
  }

  /** The same of the type of one side. */
  static Object kept(Object type, Object base) {
    return reaches(type, base) ? base : type;
  }

  /** Whether the types of both sides can be read as a type. */
  static boolean reaches(Object type, ThreeWay<?> sides) {
    return reaches(sides.ours(), type) && reaches(sides.theirs(), type);
  }

  private static boolean reaches(Object from, Object to) {
    return from.equals(to)
        || (from instanceof Type source
            && to instanceof PrimitiveType target
            && TypeUtil.isPromotionAllowed(source, target));
  }

  /** Whether there are types that both sides' can be widened to, besides themselves. */
  static boolean canReachMore(ThreeWay<?> sides) {
    return sides.ours() instanceof DecimalType ours
        && sides.theirs() instanceof DecimalType theirs
        && ours.scale() == theirs.scale();
  }
}
