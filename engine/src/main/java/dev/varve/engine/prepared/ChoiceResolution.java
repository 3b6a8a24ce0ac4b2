package dev.varve.engine.prepared;

import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.TableName;
import java.util.Optional;

/**
 * What is to be said of conflicts that are not between rows: of metadata, and of whole keys.
 *
 * @param subject only conflicts of this table or namespace
 * @param id only the conflict of this id
 * @param where an SQL condition over the columns of the table of these conflicts: {@code id},
 *     {@code subject}, {@code code}, {@code part}, {@code base}, {@code ours}, {@code theirs};
 *     {@code true} for all
 * @param take who wins
 * @param value for {@link Take#VALUE}, as it is: a name, a type, a text
 */
public record ChoiceResolution(
    Optional<TableName> subject,
    Optional<String> id,
    String where,
    Take take,
    Optional<String> value) {}
