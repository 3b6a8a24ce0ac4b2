package dev.varve.engine.table;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;

/**
 * The value of a table in the tree: one format byte, then the table's whole Iceberg metadata.
 *
 * <pre>
 * byte 0     format, 1
 * byte 1…    the JSON of Iceberg's table specification, as UTF-8
 * </pre>
 *
 * <p>The same JSON is the table's {@code metadata.json}. That file is named after the id of this
 * value, so its location follows from the value and is not stored in it; a lost file can be written
 * again from the catalog.
 */
public final class TableContent {
  static final byte FORMAT = 1;
  private static final String FILE_EXTENSION = ".metadata.json";
  private static final int USUAL_SIZE = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();

  private TableContent() {}

  /** The value that holds {@code metadata}. */
  public static byte[] encode(TableMetadata metadata) {
    ByteArrayOutputStream value = new ByteArrayOutputStream(USUAL_SIZE);
    value.write(FORMAT);
    try (JsonGenerator json = JSON.createGenerator(value)) {
      TableMetadataParser.toJson(metadata, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return value.toByteArray();
  }

  /**
   * Reads a value, without looking at any file.
   *
   * @return the metadata, whose file location is the one that follows from the value
   * @throws dev.varve.catalog.error.VarveException if the value is broken or of a later format
   */
  public static TableMetadata decode(byte[] value) {
    ObjectNode node = node(value);
    try {
      return TableMetadataParser.fromJson(location(id(value), node), node);
    } catch (RuntimeException e) {
      throw TableErrors.brokenContent("its metadata is not valid: " + e.getMessage(), e);
    }
  }

  /** The id under which the catalog keeps a value. */
  public static ObjectId id(byte[] value) {
    return ObjectId.of(Value.encode(value));
  }

  /** The location of the {@code metadata.json} that belongs to a value. */
  public static String metadataLocation(byte[] value) {
    return location(id(value), node(value));
  }

  /** The bytes of the {@code metadata.json} that belongs to a value; a view, to be read. */
  static ByteBuffer json(byte[] value) {
    return ByteBuffer.wrap(value, 1, value.length - 1).asReadOnlyBuffer();
  }

  static byte[] encode(ObjectNode node) {
    try {
      byte[] json = JSON.writeValueAsBytes(node);
      byte[] value = new byte[json.length + 1];
      value[0] = FORMAT;
      System.arraycopy(json, 0, value, 1, json.length);
      return value;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Iceberg's JSON of the metadata as a tree to edit. */
  static ObjectNode toNode(TableMetadata metadata) {
    try (TokenBuffer tokens = new TokenBuffer(JSON, false)) {
      TableMetadataParser.toJson(metadata, tokens);
      return JSON.readTree(tokens.asParser());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode node(byte[] value) {
    if (value.length == 0) {
      throw TableErrors.brokenContent("it is empty", null);
    }
    if (value[0] != FORMAT) {
      throw TableErrors.brokenContent(
          "it has format " + value[0] + ", this version reads format " + FORMAT, null);
    }
    try {
      JsonNode node = JSON.readTree(value, 1, value.length - 1);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw TableErrors.brokenContent("it is not a JSON object", null);
    } catch (IOException e) {
      throw TableErrors.brokenContent("it is not JSON: " + e.getMessage(), e);
    }
  }

  static String location(ObjectId id, ObjectNode node) {
    JsonNode directory = node.path("properties").path(TableProperties.WRITE_METADATA_LOCATION);
    return location(id, directory.textValue(), node.path("location").asText());
  }

  /** The location of the {@code metadata.json} with the id of {@code metadata}'s value. */
  static String location(ObjectId id, TableMetadata metadata) {
    return location(
        id,
        metadata.properties().get(TableProperties.WRITE_METADATA_LOCATION),
        metadata.location());
  }

  private static String location(ObjectId id, String directory, String tableLocation) {
    String path = directory == null ? tableLocation + "/metadata" : directory;
    return path + "/" + id.hex() + FILE_EXTENSION;
  }
}
