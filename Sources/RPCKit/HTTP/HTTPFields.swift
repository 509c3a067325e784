/// The fields of a request's head.
///
/// Whatever two parsers could read in two ways is refused (RFC 9112, 11): a fold, white space before a colon, a length
/// beside a transfer coding, one of these or a host twice.
struct HTTPFields: Equatable {
  private var values: [String: String] = [:]

  /// The value of a field, by its name in lower case.
  ///
  /// Of a field that occurs more than once, which none may that is asked for here, the last.
  subscript(_ name: String) -> String? { values[name] }

  /// Whether a body is said to follow the head.
  var announceBody: Bool {
    if values["transfer-encoding"] != nil { return true }
    return values["content-length"]?.contains { $0 != "0" } ?? false
  }

  /// - Parameter lines: The lines between the request line and the empty line.
  /// - Throws: An ``HTTPHeadError``.
  init(_ lines: [String]) throws(HTTPHeadError) {
    for line in lines {
      let (name, value) = try Self.field(line)
      let before = values.updateValue(value, forKey: name)
      guard before == nil || !Self.single.contains(name) else { throw .malformed("more than one \(name)") }
    }
    guard values["content-length"] == nil || values["transfer-encoding"] == nil else {
      throw .malformed("a length and a transfer coding")
    }
    guard values["content-length"]?.isNumber ?? true else { throw .malformed("content-length") }
  }

  private static let single: Set<String> = ["content-length", "transfer-encoding", "host"]

  private static func field(_ line: String) throws(HTTPHeadError) -> (name: String, value: String) {
    // RFC 9112, 5.2: a line that begins with white space would continue the one before. A space is in no name.
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed("field line") }
    let name = line[..<colon]
    guard !name.isEmpty, name.utf8.allSatisfy(\.isInToken) else { throw .malformed("field name") }
    return (name.lowercased(), String(line[line.index(after: colon)...].trimmed))
  }
}

extension String {
  fileprivate var isNumber: Bool {
    !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

extension UInt8 {
  /// RFC 9110, 5.6.2.
  fileprivate var isInToken: Bool {
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
