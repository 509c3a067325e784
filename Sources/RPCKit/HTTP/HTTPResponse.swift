import NIOCore

/// A whole response, after which the connection closes.
struct HTTPResponse {
  let status: String
  let contentType: String
  let body: String
  var fields: [(name: String, value: String)] = []

  /// What Go's server answers to another method than CONNECT (GO-BEHAVIOUR 63).
  static let mustConnect = HTTPResponse(
    status: "405 Method Not Allowed",
    contentType: "text/plain; charset=utf-8",
    body: "405 must CONNECT\n",
    fields: [("Allow", "CONNECT")]
  )

  static let notFound = plain("404 Not Found", "404 page not found\n")
  static let forbidden = plain("403 Forbidden", "403 the debug page is not served to this host\n")

  static func refusal(_ error: HTTPHeadError) -> HTTPResponse {
    switch error {
    case .malformed(let reason): plain("400 Bad Request", "400 bad request: \(reason)\n")
    case .tooLong:
      plain(
        "431 Request Header Fields Too Large",
        "431 the head is longer than \(HTTPHead.maximumBytes) bytes\n"
      )
    }
  }

  /// The page's content could not be encoded.
  static let failed = plain("500 Internal Server Error", "500 the page could not be made\n")

  var isSuccess: Bool { status.hasPrefix("2") }

  private static func plain(_ status: String, _ body: String) -> HTTPResponse {
    HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: body)
  }

  /// The bytes.
  ///
  /// - Parameter withBody: False for the answer to a HEAD request.
  /// - Returns: Head and body.
  func bytes(withBody: Bool = true) -> ByteBuffer {
    var output = ByteBuffer()
    output.writeString("HTTP/1.1 \(status)\r\n")
    output.writeString("Content-Type: \(contentType)\r\n")
    output.writeString("Content-Length: \(body.utf8.count)\r\n")
    output.writeString("X-Content-Type-Options: nosniff\r\n")
    for field in fields { output.writeString("\(field.name): \(field.value)\r\n") }
    output.writeString("Connection: close\r\n\r\n")
    if withBody { output.writeString(body) }
    return output
  }
}
