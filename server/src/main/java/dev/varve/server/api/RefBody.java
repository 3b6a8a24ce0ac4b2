package dev.varve.server.api;

import dev.varve.server.http.Doc;
import java.util.Optional;

/** What creates a branch or tag. */
@Doc("A branch or tag to create.")
record RefBody(
    @Doc("Its name, by Git's rules.") String name,
    @Doc("The revision where it begins; 'main' if left out.") Optional<String> from,
    @Doc("Who, for the reflog.") Optional<String> author,
    @Doc("Why, for the reflog.") Optional<String> message) {}
