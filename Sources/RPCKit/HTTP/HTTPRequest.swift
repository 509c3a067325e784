import NIOCore

/// A request for the debug page or for a connection: a method and a path.
///
/// Its body is never read.
struct HTTPRequest: Equatable {
  let method: String
  let path: String
  let host: String?

  /// Takes a request's head from the front of a buffer, once all of it is there.
  ///
  /// - Parameter input: What has come. The head is consumed; what follows it stays.
  /// - Returns: The request, or nil when more bytes are needed.
  /// - Throws: An ``HTTPHeadError``.
  static func read(from input: inout ByteBuffer) throws(HTTPHeadError) -> HTTPRequest? {
    guard let head = try HTTPHead.read(from: &input) else { return nil }
    let (method, target, version) = head.startLine
    guard version == "HTTP/1.0" || version == "HTTP/1.1" else { throw .malformed("version") }
    guard method.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else {
      throw .malformed("method")
    }
    // Only the origin form: neither `http://host/path` nor `host:port` is for a server that is no proxy.
    guard target.hasPrefix("/") else { throw .malformed("target is not a path") }
    let path = target.prefix { $0 != "?" }
    return HTTPRequest(method: method, path: String(path), host: head.value("host"))
  }
}
