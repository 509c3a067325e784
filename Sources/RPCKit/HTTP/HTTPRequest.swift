import NIOCore

/// A request for the debug page or for a connection: a method and a path.
///
/// Its body is never read.
struct HTTPRequest: Equatable {
  let method: String
  /// The target without its query.
  let path: String
  let host: String?

  /// Takes a request's head from the front of a buffer, once all of it is there.
  ///
  /// - Parameter input: What has come. The head is consumed; what follows it stays.
  /// - Returns: The request, or nil when more bytes are needed.
  /// - Throws: An ``HTTPHeadError``.
  static func read(from input: inout ByteBuffer) throws(HTTPHeadError) -> HTTPRequest? {
    guard let head = try HTTPHead.read(from: &input) else { return nil }
    return try HTTPRequest(head)
  }

  private init(_ head: HTTPHead) throws(HTTPHeadError) {
    let parts = head.startLine.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { throw .malformed("request line") }
    let (method, target, version) = (parts[0], parts[1], parts[2])
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard !method.isEmpty, method.utf8.allSatisfy({ letters.contains($0) }) else {
      throw .malformed("method")
    }
    guard version == "HTTP/1.0" || version == "HTTP/1.1" else { throw .malformed("version") }
    // Only the origin form: neither `http://host/path` nor `host:port` is for a server that is no proxy.
    guard target.hasPrefix("/"), target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .malformed("target is not a path")
    }
    let fields = try HTTPFields(head.fieldLines)
    // RFC 9110, 9.3.6: what follows CONNECT is the connection's. Who announces a body means something else.
    guard method != "CONNECT" || !fields.announceBody else { throw .malformed("CONNECT has no body") }
    self.method = method
    self.path = String(target.prefix { $0 != "?" })
    self.host = fields["host"]
  }
}
