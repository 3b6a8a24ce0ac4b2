package dev.varve.benchmarks.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/**
 * Draws the curves in a file of results, as SVG; and as PNG beside it where {@code --png} is the
 * third argument.
 */
public final class Pictures {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 520;
  private static final Color[] COLORS = {
    new Color(0x1F77B4),
    new Color(0xD62728),
    new Color(0x2CA02C),
    new Color(0x9467BD),
    new Color(0xFF7F0E),
    new Color(0x17BECF),
    new Color(0x8C564B),
    new Color(0x7F7F7F)
  };

  private Pictures() {}

  /**
   * Draws.
   *
   * @param arguments the file of results, the directory of the pictures, and maybe {@code --png}
   */
  public static void main(String[] arguments) throws IOException {
    List<Result> results = Result.read(Path.of(arguments[0]));
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    for (Curves curves : curves(results)) {
      if (curves.isDrawable()) {
        XYChart chart = chart(curves);
        writeSvg(chart, directory.resolve(curves.file() + ".svg"));
        if (arguments.length > 2) {
          writePng(chart, directory.resolve(curves.file() + ".png"));
        }
        System.out.println(directory.resolve(curves.file() + ".svg"));
      }
    }
  }

  private static List<Curves> curves(List<Result> results) {
    List<Curves> all = new ArrayList<>();
    all.add(
        byClients(
            results,
            "commits",
            "Durable single-key commits, by clients",
            List.of("rocksdb", "catalog", "commit", "commit-branches")));
    all.add(
        byClients(
            results,
            "http",
            "Requests over HTTP, by clients",
            List.of(
                "wrk-ping",
                "ping",
                "iceberg-load",
                "table-load",
                "commit",
                "branch",
                "iceberg-commit",
                "iceberg-commit-one-table")));
    all.add(
        byClients(
            results,
            "appends",
            "Iceberg appends by Iceberg's client, by clients",
            List.of("iceberg-append", "iceberg-append-one-table")));
    all.add(groupCommit(results));
    all.add(latencyByClients(results));
    all.add(latencyByRate(results));
    all.add(
        costs(
            results,
            "keys",
            List.of("get", "diff", "plan", "merge", "branch", "commit", "synced append")));
    all.add(
        costs(
            results,
            "commits",
            List.of("log page", "merge base", "get", "diff", "branch", "commit", "merge")));
    all.add(
        costs(
            results,
            "refs",
            List.of("refs page", "refs page far", "get", "branch", "delete branch", "commit")));
    all.add(merges(results, "adjacent", "few files hold the changed rows"));
    all.add(merges(results, "scattered", "every file holds changed rows"));
    all.add(merges(results, "interleaved", "both change one column in every file"));
    all.addAll(jmh(results));
    return all;
  }

  /** What merges of rows take, by how many were changed. */
  private static Curves merges(List<Result> results, String spread, String where) {
    Curves curves =
        empty(
            "row-merge-" + spread, "Merge of rows: " + where, "percent of rows changed", "seconds");
    for (String line : List.of("varve", "join-by-hand", "spark", "spark-finding")) {
      results.stream()
          .filter(it -> it.name().equals("row-merge." + line))
          .filter(it -> it.parameters().get("changed").equals(spread))
          .forEach(it -> curves.add(line, number(it, "percent"), it.value()));
    }
    return curves;
  }

  /** What operations cost against one size of the lake; the others are the least measured. */
  private static Curves costs(List<Result> results, String by, List<String> operations) {
    Curves curves =
        empty("by-" + by, "One operation, by " + by + " in the lake", by, "microseconds (p50)");
    Map<String, String> least = Map.of("keys", "1000", "commits", "0", "refs", "0");
    for (String operation : operations) {
      results.stream()
          .filter(it -> it.name().equals("cost." + operation) && number(it, by) > 0)
          .filter(
              it ->
                  least.entrySet().stream()
                      .allMatch(
                          size ->
                              size.getKey().equals(by)
                                  || size.getValue().equals(it.parameters().get(size.getKey()))))
          .forEach(it -> curves.add(operation, number(it, by), it.value()));
    }
    return curves;
  }

  private static Curves empty(String file, String title, String xTitle, String yTitle) {
    return new Curves(file, title, xTitle, yTitle, new LinkedHashMap<>());
  }

  private static Curves byClients(
      List<Result> results, String file, String title, List<String> targets) {
    Curves curves = empty(file, title, "clients", "operations a second");
    for (String target : targets) {
      closed(results, target).forEach(it -> curves.add(target, number(it, "clients"), it.value()));
    }
    return curves;
  }

  private static Curves groupCommit(List<Result> results) {
    Curves curves =
        empty("group-commit", "Commits that share one sync, by clients", "clients", "commits");
    results.stream()
        .filter(it -> it.name().equals("sync.commits"))
        .forEach(it -> curves.add("commits a sync", number(it, "clients"), it.value()));
    return curves;
  }

  private static Curves latencyByClients(List<Result> results) {
    Curves curves =
        empty("latency", "99th percentile of latency, by clients", "clients", "milliseconds");
    for (String target :
        List.of("rocksdb", "catalog", "ping", "commit", "commit-branches", "iceberg-commit")) {
      closed(results, target)
          .forEach(
              it -> curves.add(target, number(it, "clients"), it.latencyMicros().get("p99") / 1e3));
    }
    return curves;
  }

  private static Curves latencyByRate(List<Result> results) {
    Curves curves =
        empty(
            "open-loop",
            "Commits over HTTP: latency from the intended start, by rate of arrival",
            "arrivals a second",
            "milliseconds");
    for (String percentile : List.of("p50", "p99", "p99.9")) {
      results.stream()
          .filter(it -> it.name().equals("load.commit") && it.parameters().containsKey("rate"))
          .forEach(
              it ->
                  curves.add(
                      percentile, number(it, "rate"), it.latencyMicros().get(percentile) / 1e3));
    }
    return curves;
  }

  /**
   * For each parameter with numbers, and each unit: what it does to the benchmarks that have it.
   */
  private static List<Curves> jmh(List<Result> results) {
    SortedMap<String, Curves> all = new TreeMap<>();
    for (Result result : results) {
      for (Map.Entry<String, String> parameter : result.parameters().entrySet()) {
        if (!result.name().startsWith("jmh.") || !parameter.getValue().matches("\\d+")) {
          continue;
        }
        TreeMap<String, String> others = new TreeMap<>(result.parameters());
        others.remove(parameter.getKey());
        String line =
            result.name().replaceFirst(".*\\.", "") + (others.isEmpty() ? "" : " " + others);
        String file = "by-" + parameter.getKey() + "-" + result.unit().replaceAll("\\W", "-");
        all.computeIfAbsent(
                file,
                name ->
                    empty(
                        name,
                        "Cost of one operation, by " + parameter.getKey(),
                        parameter.getKey(),
                        result.unit()))
            .add(line, Double.parseDouble(parameter.getValue()), result.value());
      }
    }
    return List.copyOf(all.values());
  }

  private static List<Result> closed(List<Result> results, String target) {
    return results.stream()
        .filter(it -> it.name().equals("load." + target))
        .filter(it -> it.parameters().get("loop").equals("closed"))
        .toList();
  }

  private static double number(Result result, String parameter) {
    return Double.parseDouble(result.parameters().get(parameter));
  }

  /** Both axes are logarithmic: a line that is flat stays flat, a constant factor is a distance. */
  private static XYChart chart(Curves curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(curves.title())
            .xAxisTitle(curves.xTitle())
            .yAxisTitle(curves.yTitle())
            .build();
    XYStyler style = chart.getStyler();
    style.setXAxisLogarithmic(true);
    style.setYAxisLogarithmic(true);
    style.setXAxisDecimalPattern("#,##0.###");
    style.setYAxisDecimalPattern("#,##0.###");
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setLegendBorderColor(Color.WHITE);
    style.setSeriesColors(COLORS);
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    // Whole decades, so that every axis has at least two labels.
    style.setXAxisMin(decade(curves.xs().min(), Math::floor));
    style.setXAxisMax(decade(curves.xs().max(), Math::ceil));
    style.setYAxisMin(decade(curves.ys().min(), Math::floor));
    style.setYAxisMax(decade(curves.ys().max(), Math::ceil));
    curves
        .series()
        .forEach(
            (name, points) -> {
              XYSeries series =
                  chart.addSeries(
                      name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()));
              series.setMarker(SeriesMarkers.CIRCLE);
            });
    return chart;
  }

  private static double decade(OptionalDouble value, DoubleUnaryOperator rounding) {
    return Math.pow(10, rounding.applyAsDouble(Math.log10(value.orElse(1))));
  }

  private static void writeSvg(XYChart chart, Path file) throws IOException {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(emptyDocument());
    context.setPrecision(1); // text becomes outlines: a tenth of a point is enough for them
    SVGGraphics2D canvas = new SVGGraphics2D(context, false);
    canvas.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    chart.paint(canvas, WIDTH, HEIGHT);
    try (Writer out = Files.newBufferedWriter(file)) {
      canvas.stream(out, true);
    }
  }

  private static Document emptyDocument() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      return factory
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVGGraphics2D.SVG_NAMESPACE_URI, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every Java makes documents", e);
    }
  }

  private static void writePng(XYChart chart, Path file) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    chart.paint(canvas, WIDTH, HEIGHT);
    canvas.dispose();
    ImageIO.write(image, "png", file.toFile());
  }
}
