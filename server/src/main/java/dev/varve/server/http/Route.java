package dev.varve.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One declared route: what it is called, what it takes, what it answers and who answers.
 *
 * <p>The HTTP server and the API document are both made from this, so neither can know a route that
 * the other does not. Immutable.
 */
public final class Route {
  /** The methods there are; {@code GET} answers {@code HEAD} too. */
  public enum Method {
    GET,
    POST,
    DELETE
  }

  /** What a route costs, which decides how many run at once. */
  public enum Cost {
    /** Always answered: health, metrics and the document. */
    FREE,
    /** Reads or writes a little. */
    LIGHT,
    /** Reads or writes rows. */
    HEAVY
  }

  /** One possible answer: a JSON type, or a list's, or media types. */
  public record Answer(
      int status, Optional<Class<?>> type, boolean page, List<String> mediaTypes, String sentence) {
    public Answer {
      mediaTypes = List.copyOf(mediaTypes);
    }
  }

  private final Method method;
  private final String path;
  private final String id;
  private final String group;
  private final String summary;
  private final List<Parameter<?>> parameters;
  private final Optional<Class<?>> body;
  private final boolean upload;
  private final boolean idempotent;
  private final Cost cost;
  private final Map<Integer, Answer> answers;
  private final Handler handler;

  private Route(Builder builder, Handler handler) {
    this.method = builder.method;
    this.path = builder.path;
    this.id = builder.id;
    this.group = builder.group;
    this.summary = builder.summary;
    this.parameters = List.copyOf(builder.parameters);
    this.body = builder.body;
    this.upload = builder.upload;
    this.idempotent = builder.idempotent;
    this.cost = builder.cost;
    this.answers = new TreeMap<>(builder.answers);
    this.handler = handler;
  }

  /**
   * Begins a route.
   *
   * @param path with parameters as {@code {name}}, or {@code <name>} where slashes are part of one
   * @param id the operation's unique name, for generated clients
   */
  public static Builder of(Method method, String path, String id) {
    return new Builder(method, path, id);
  }

  public Method method() {
    return method;
  }

  /** The path, with {@code <name>} for parameters that hold slashes. */
  public String path() {
    return path;
  }

  /** The path as the API document writes it, and as logs and metrics name the route. */
  public String template() {
    return path.replace('<', '{').replace('>', '}');
  }

  public String id() {
    return id;
  }

  public String group() {
    return group;
  }

  public String summary() {
    return summary;
  }

  public List<Parameter<?>> parameters() {
    return parameters;
  }

  /** The type of the JSON body, if it takes one. */
  public Optional<Class<?>> body() {
    return body;
  }

  /** Whether the body is a file that is read as it arrives. */
  public boolean upload() {
    return upload;
  }

  /** Whether an {@code Idempotency-Key} makes a repeated request answer as the first did. */
  public boolean idempotent() {
    return idempotent;
  }

  public Cost cost() {
    return cost;
  }

  /** Answers by status, errors not among them. */
  public Map<Integer, Answer> answers() {
    return answers;
  }

  public Handler handler() {
    return handler;
  }

  /** Collects what a route declares. */
  public static final class Builder {
    private final Method method;
    private final String path;
    private final String id;
    private String group = "server";
    private String summary = "";
    private final List<Parameter<?>> parameters = new ArrayList<>();
    private Optional<Class<?>> body = Optional.empty();
    private boolean upload;
    private boolean idempotent;
    private Cost cost = Cost.LIGHT;
    private final Map<Integer, Answer> answers = new TreeMap<>();

    private Builder(Method method, String path, String id) {
      this.method = method;
      this.path = path;
      this.id = id;
    }

    /** The heading it stands under in the document. */
    public Builder group(String name) {
      this.group = name;
      return this;
    }

    /** What it does, in one sentence. */
    public Builder summary(String sentence) {
      this.summary = sentence;
      return this;
    }

    public Builder takes(Parameter<?>... more) {
      parameters.addAll(List.of(more));
      return this;
    }

    /** A list in parts: takes the cursor and the limit. */
    public Builder pages(Class<?> item, String sentence) {
      answers.put(
          200, new Answer(200, Optional.of(item), true, List.of(MediaTypes.JSON), sentence));
      return takes(Page.AFTER, Page.LIMIT);
    }

    /** A JSON body of the given record. */
    public Builder body(Class<?> type) {
      this.body = Optional.of(type);
      return this;
    }

    /** A body that is a file. */
    public Builder upload() {
      this.upload = true;
      return this;
    }

    /** Changes something: takes an {@code Idempotency-Key}. */
    public Builder writes() {
      this.idempotent = true;
      return takes(Idempotency.KEY);
    }

    public Builder cost(Cost what) {
      this.cost = what;
      return this;
    }

    /** Answers JSON of the given record. */
    public Builder answers(int status, Class<?> type, String sentence) {
      answers.put(
          status, new Answer(status, Optional.of(type), false, List.of(MediaTypes.JSON), sentence));
      return this;
    }

    /** Answers other media types than JSON alone. */
    public Builder answers(int status, List<String> mediaTypes, String sentence) {
      answers.put(status, new Answer(status, Optional.empty(), false, mediaTypes, sentence));
      return this;
    }

    /** Answers another media type too, for those who ask for it. */
    public Builder alsoAnswers(int status, String mediaType, String sentence) {
      Answer first = answers.get(status);
      List<String> mediaTypes = new ArrayList<>(first.mediaTypes());
      mediaTypes.add(mediaType);
      answers.put(
          status,
          new Answer(
              status, first.type(), first.page(), mediaTypes, first.sentence() + " " + sentence));
      return this;
    }

    /** Ends the declaration. */
    public Route handledBy(Handler handler) {
      return new Route(this, handler);
    }
  }
}
