package dev.varve.engine.diff;

import dev.varve.engine.table.NamespaceName;
import java.util.SortedMap;

/** How one namespace differs between two commits; what is in it is told of the tables. */
public record NamespaceDiff(
    NamespaceName namespace, ChangeKind kind, SortedMap<String, ValueChange> properties) {}
