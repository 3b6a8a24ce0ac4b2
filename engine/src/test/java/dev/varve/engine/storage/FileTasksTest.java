package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks on several files: their order, and what is left running when one fails. */
class FileTasksTest {
  private static final List<Integer> MANY = IntStream.range(0, 100).boxed().toList();

  @Test
  void resultsComeInTheOrderOfTheFiles() throws IOException {
    assertThat(FileTasks.each(MANY, number -> number * 2))
        .isEqualTo(MANY.stream().map(number -> number * 2).toList());
    assertThat(FileTasks.each(List.of(7), number -> number)).containsExactly(7);
    assertThat(FileTasks.each(List.<Integer>of(), number -> number)).isEmpty();
  }

  @Test
  void theFirstFailureIsThrownAndNothingRunsOn() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    assertThatThrownBy(
            () ->
                FileTasks.each(
                    MANY,
                    number -> {
                      begun.incrementAndGet();
                      if (number == 0) {
                        throw new FileNotFoundException("file " + number);
                      }
                      return waitForInterrupt(running, new CountDownLatch(1));
                    }))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("file 0");
    assertThat(running).hasValue(0);
    assertThat(begun.get()).isLessThan(MANY.size());
  }

  @Test
  void aFailureOfAnyKindIsThrownAsItIs() {
    assertThatThrownBy(
            () ->
                FileTasks.each(
                    List.of(1, 2),
                    number -> {
                      throw new IllegalStateException("file " + number);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("file 1");
    assertThatThrownBy(
            () ->
                FileTasks.each(
                    List.of(1, 2),
                    number -> {
                      throw new StackOverflowError("file " + number);
                    }))
        .isInstanceOf(StackOverflowError.class)
        .hasMessage("file 1");
  }

  @Test
  void anInterruptedCallerWaitsUntilAllTasksEnded() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger left = new AtomicInteger(-1);
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                FileTasks.each(MANY, number -> waitForInterrupt(running, begun));
              } catch (IOException e) {
                left.set(running.get());
                thrown.add(e);
              }
            },
            "caller");
    caller.start();
    begun.await();
    caller.interrupt();
    caller.join();
    assertThat(thrown).singleElement().isInstanceOf(InterruptedIOException.class);
    assertThat(left).hasValue(0);
  }

  private static int waitForInterrupt(AtomicInteger running, CountDownLatch begun)
      throws IOException {
    int now = running.incrementAndGet();
    begun.countDown();
    try {
      new CountDownLatch(1).await();
      return now;
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      running.decrementAndGet();
    }
  }
}
