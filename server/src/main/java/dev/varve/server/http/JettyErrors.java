package dev.varve.server.http;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Gives the errors that Jetty answers by itself, before any route, the one form too. */
final class JettyErrors extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      String message,
      Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, MediaTypes.JSON);
    Object id = request.getAttribute(RequestId.ATTRIBUTE);
    response.write(
        true,
        ByteBuffer.wrap(bytes(status, message, id == null ? "none" : id.toString())),
        callback);
  }

  private static byte[] bytes(int status, String message, String requestId) {
    String code =
        switch (status) {
          case 404 -> HttpErrorCode.ROUTE_NOT_FOUND.text();
          case 405 -> HttpErrorCode.METHOD_NOT_ALLOWED.text();
          case 408 -> HttpErrorCode.REQUEST_TIMEOUT.text();
          case 413 -> HttpErrorCode.PAYLOAD_TOO_LARGE.text();
          case 503 -> HttpErrorCode.SHUTTING_DOWN.text();
          default -> status >= 500 ? HttpErrorCode.INTERNAL.text() : "invalid-request";
        };
    String told = status >= 500 || message == null ? "cannot answer" : "refused: " + message;
    return Json.bytes(Problem.of(status, code, told, Optional.empty(), Map.of()).body(requestId));
  }
}
