import Foundation

/// A value with members of many kinds, as programs have them.
struct Record: Codable, Equatable {
  var a: Int?
  var b: Double?
  var c: String?
  var d: [Record]?
  var e: [String: Int]?
  var f: Date?
  var g: Data?
  var h: URL?
  var i: Decimal?
  var k: Choice?
}

/// An enumeration with values, which Codable writes as an object.
enum Choice: Codable, Equatable {
  case one
  case two(Int)
  case three(x: Float, y: [UInt8])
}

/// A number compared by its bits, so that the sign of zero counts.
struct ExactDouble: Codable, Equatable {
  var bits: UInt64

  init(from decoder: any Decoder) throws {
    bits = try decoder.singleValueContainer().decode(Double.self).bitPattern
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Double(bitPattern: bits))
  }
}

/// A value that is not looked at: only whether the engine takes the document.
struct Unread: Codable, Equatable {
  init(from decoder: any Decoder) {}

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

/// The types that inputs are decoded as.
///
/// No dictionary with integers for keys: of `"1"` and `"01"` the standard library takes the one that it meets last.
enum Types {
  static var all: [any (Codable & Equatable).Type] {
    [
      AnyJSON.self, Record.self, [Record].self, Int.self, [Int8].self, [UInt64].self, UInt128.self,
      ExactDouble.self,
      [ExactDouble].self, Float.self, Decimal.self, Bool.self, String.self, [String?].self,
      [String: ExactDouble].self,
      Date.self, Data.self, URL.self, Choice.self, Int?.self,
    ]
  }
}
