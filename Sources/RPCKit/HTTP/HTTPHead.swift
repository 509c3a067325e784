import NIOCore

/// The head of an HTTP/1 message: its start line and its field lines, not yet taken apart.
///
/// Lines end in a line feed, as Go sends them, or in a carriage return and a line feed. The first empty one ends the
/// head.
struct HTTPHead: Equatable {
  /// The largest head: what is longer is refused.
  static let maximumBytes = 8 << 10

  /// `CONNECT /_goRPC_ HTTP/1.0`, or `HTTP/1.0 200 Connected to Go RPC`.
  let startLine: String
  let fieldLines: [String]

  /// Takes a head from the front of a buffer, once all of it is there.
  ///
  /// - Parameter input: What has come. The head is consumed; what follows it stays.
  /// - Returns: The head, or nil when more bytes are needed.
  /// - Throws: An ``HTTPHeadError``.
  static func read(from input: inout ByteBuffer) throws(HTTPHeadError) -> HTTPHead? {
    guard let length = length(in: input.readableBytesView.prefix(maximumBytes)) else {
      guard input.readableBytes < maximumBytes else { throw .tooLong }
      return nil
    }
    guard let bytes = input.readSlice(length: length) else { return nil }
    return try HTTPHead(bytes.readableBytesView)
  }

  /// How many bytes the head takes up with the empty line that ends it.
  private static func length(in bytes: ByteBufferView) -> Int? {
    var lineStart = bytes.startIndex
    while let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
      let isEmpty = lineEnd == lineStart || bytes[lineStart..<lineEnd].elementsEqual([UInt8(ascii: "\r")])
      if isEmpty, lineStart > bytes.startIndex { return lineEnd + 1 - bytes.startIndex }
      lineStart = lineEnd + 1
    }
    return nil
  }

  private init(_ bytes: ByteBufferView) throws(HTTPHeadError) {
    var lines: [String] = []
    // Behind the last line feed stands nothing, and before it the empty line.
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast(2) {
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard !line.contains(where: \.isControl) else { throw .malformed("a control character") }
      lines.append(String(decoding: line, as: UTF8.self))
    }
    self.startLine = lines.first ?? ""
    self.fieldLines = Array(lines.dropFirst())
  }
}

/// Why a head was refused.
enum HTTPHeadError: Error, Equatable {
  /// It is not plain HTTP/1.0 or 1.1.
  case malformed(String)
  /// It is longer than ``HTTPHead/maximumBytes``.
  case tooLong
}

extension UInt8 {
  /// A carriage return alone is one: some take it for the end of a line.
  fileprivate var isControl: Bool {
    self < 0x20 && self != UInt8(ascii: "\t") || self == 0x7F
  }
}
