package dev.varve.catalog.ref;

import dev.varve.catalog.object.ObjectId;

/** A name and the commit that it stands for. */
public record Ref(RefName name, RefKind kind, ObjectId commitId) {}
