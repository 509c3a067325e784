import NIOCore

/// The head of an HTTP/1 message: its start line, in three parts, and its fields.
///
/// The parser is small and strict. It takes bare line feeds, as Go sends them, and refuses whatever two parsers could
/// read in two ways (RFC 9112, 11): a fold, a field name before white space, a length beside a transfer coding, a
/// control character.
struct HTTPHead: Equatable {
  /// The largest head: what is longer is refused.
  static let maximumBytes = 8 << 10

  /// `CONNECT`, `/_goRPC_`, `HTTP/1.0`; or `HTTP/1.0`, `200`, `Connected to Go RPC`.
  let startLine: (String, String, String)
  /// Names in lower case, values without surrounding white space.
  let fields: [(name: String, value: String)]

  /// The value of a field that occurs once.
  func value(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  static func == (left: HTTPHead, right: HTTPHead) -> Bool {
    left.startLine == right.startLine && left.fields.elementsEqual(right.fields, by: ==)
  }
}

/// Why a head was refused.
enum HTTPHeadError: Error, Equatable {
  /// It is not plain HTTP/1.0 or 1.1.
  case malformed(String)
  /// It is longer than ``HTTPHead/maximumBytes``.
  case tooLong
}

extension HTTPHead {
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
    return try HTTPHead(lines: lines(of: bytes.readableBytesView))
  }

  /// How many bytes the head takes up with the empty line that ends it.
  private static func length(in bytes: ByteBufferView) -> Int? {
    var lineIsEmpty = false
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\n"):
        if lineIsEmpty { return offset + 1 }
        lineIsEmpty = true
      case UInt8(ascii: "\r"): break
      default: lineIsEmpty = false
      }
    }
    return nil
  }

  private static func lines(of bytes: ByteBufferView) throws(HTTPHeadError) -> [String] {
    var lines: [String] = []
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast(2) {
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard line.allSatisfy({ $0 == UInt8(ascii: "\t") || (0x20...0x7E).contains($0) }) else {
        throw .malformed("a character that is not printable ASCII")
      }
      lines.append(String(decoding: line, as: UTF8.self))
    }
    return lines
  }

  private init(lines: [String]) throws(HTTPHeadError) {
    guard let first = lines.first else { throw .malformed("no start line") }
    let parts = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { throw .malformed("start line") }
    self.startLine = (String(parts[0]), String(parts[1]), String(parts[2]))
    var fields: [(name: String, value: String)] = []
    for line in lines.dropFirst() { fields.append(try Self.field(line)) }
    self.fields = fields
    try checkFraming()
  }

  private static func field(_ line: String) throws(HTTPHeadError) -> (String, String) {
    // RFC 9112, 5.2: a line that begins with white space would continue the one before.
    guard let colon = line.firstIndex(of: ":"), line.first != " ", line.first != "\t" else {
      throw .malformed("field line")
    }
    let name = line[..<colon]
    guard !name.isEmpty, name.utf8.allSatisfy(\.isToken) else { throw .malformed("field name") }
    let value = line[line.index(after: colon)...].trimmed
    return (name.lowercased(), String(value))
  }

  /// A body is never read, but a head that says two things about it is an attack on whoever stands between.
  private func checkFraming() throws(HTTPHeadError) {
    let names = fields.map(\.name)
    let lengths = names.filter { $0 == "content-length" }.count
    guard lengths == 0 || !names.contains("transfer-encoding") else {
      throw .malformed("a length and a transfer coding")
    }
    for name in ["content-length", "transfer-encoding", "host"] {
      guard names.filter({ $0 == name }).count <= 1 else { throw .malformed("more than one \(name)") }
    }
    if let length = value("content-length") {
      guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw .malformed("content-length")
      }
    }
  }
}

extension UInt8 {
  /// RFC 9110, 5.6.2.
  fileprivate var isToken: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
  }
}

extension Substring {
  /// Without the spaces and tabs around it.
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...last]
  }
}
