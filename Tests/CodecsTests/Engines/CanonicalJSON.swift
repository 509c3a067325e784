/// Puts the members of JSON's objects into order, so that two texts can be compared byte by byte.
///
/// It changes nothing else: numbers and escapes stay as they are written. The JSON must be valid and compact.
enum CanonicalJSON {
  static func sorted(_ json: String) -> String {
    var rest = Array(json.utf8)[...]
    return String(decoding: value(&rest), as: UTF8.self)
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    switch rest.first {
    case UInt8(ascii: "{"): container(&rest, closing: UInt8(ascii: "}"), isSorted: true)
    case UInt8(ascii: "["): container(&rest, closing: UInt8(ascii: "]"), isSorted: false)
    case UInt8(ascii: "\""): string(&rest)
    default: scalar(&rest)
    }
  }

  private static func container(_ rest: inout ArraySlice<UInt8>, closing: UInt8, isSorted: Bool) -> [UInt8] {
    let opening = rest.removeFirst()
    var members: [[UInt8]] = []
    while let byte = rest.first, byte != closing {
      if byte == UInt8(ascii: ",") { rest.removeFirst() }
      var member = value(&rest)
      if isSorted, rest.first == UInt8(ascii: ":") {
        member.append(rest.removeFirst())
        member += value(&rest)
      }
      members.append(member)
    }
    _ = rest.popFirst()
    if isSorted { members.sort { $0.lexicographicallyPrecedes($1) } }
    return [opening] + members.joined(separator: [UInt8(ascii: ",")]) + [closing]
  }

  private static func string(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    var string = [rest.removeFirst()]
    while let byte = rest.popFirst() {
      string.append(byte)
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { string.append(escaped) }
    }
    return string
  }

  private static func scalar(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    let scalar = rest.prefix {
      ![UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains($0)
    }
    rest.removeFirst(scalar.count)
    return Array(scalar)
  }
}
