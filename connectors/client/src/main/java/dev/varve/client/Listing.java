package dev.varve.client;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A list on the server that is read page by page. Nothing is asked before the first item is; every
 * iteration starts anew.
 *
 * <p>Items that are added or removed between two pages may or may not be seen; none is seen twice.
 */
public final class Listing<T> implements Iterable<T> {
  private static final int PAGE = 500;

  private final PageSource<T> source;

  Listing(PageSource<T> source) {
    this.source = source;
  }

  /** Asks the server for one page. */
  interface PageSource<T> {
    Page<T> page(Optional<String> after, int limit);
  }

  /**
   * Part of a list.
   *
   * @param next the cursor of the following page; empty on the last one
   */
  public record Page<T>(List<T> items, Optional<String> next) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /**
   * Reads one page.
   *
   * @param after the {@code next} of the page before, or empty for the first
   * @param limit how many items at most, from 1 to 1000
   */
  public Page<T> page(Optional<String> after, int limit) {
    return source.page(after, limit);
  }

  @Override
  public Iterator<T> iterator() {
    return new Pages();
  }

  /** All items in order, read as the stream is consumed. */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private final class Pages implements Iterator<T> {
    private Optional<String> next = Optional.empty();
    private boolean last;
    private Iterator<T> items = List.<T>of().iterator();

    @Override
    public boolean hasNext() {
      while (!items.hasNext() && !last) {
        Page<T> page = source.page(next, PAGE);
        items = page.items().iterator();
        next = page.next();
        last = next.isEmpty();
      }
      return items.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }
}
