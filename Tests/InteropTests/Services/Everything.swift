import Foundation

/// A field of each kind that crosses between Go and Swift: Go's `misc.Everything`.
struct Everything: Codable, Sendable, Equatable {
  var Text: String
  var EmptyText: String
  var Yes: Bool
  var No: Bool

  var Tiny: Int8
  var Lowest: Int64
  var Highest: Int64
  var Largest: UInt64

  var Fraction: Double
  var Third: Double
  var Whole: Double
  var Smallest: Double
  var Greatest: Double
  var SingleThird: Float

  var Bytes: Data
  var NoBytes: Data
  var When: Date
  var Before: Date

  var Numbers: [Int]
  var NoNumbers: [Int]
  var NullTexts: [String]?
  var Matrix: [[Int]]
  var Table: [String: [Int]]
  var NoTable: [String: Int]
  var NullTable: [String: Int]?
  var ByNumber: [Int: String]
  var Inner: Nested
  var Inners: [Nested]
  var Present: Nested?
  var Absent: Nested?
  var SomeNumber: Int?
  var NoNumber: Int?
}

/// A value in a value: Go's `misc.Inner`.
final class Nested: Codable, Sendable, Equatable {
  let Name: String
  let Next: Nested?

  init(Name: String = "", Next: Nested? = nil) {
    self.Name = Name
    self.Next = Next
  }

  static func == (left: Nested, right: Nested) -> Bool {
    left.Name == right.Name && left.Next == right.Next
  }
}

extension Everything {
  /// The values of Go's `misc.NewEverything`.
  static let sample = Everything(
    Text: "plain, \u{e9}, \u{65e5}\u{672c}, \u{1F600}\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}, NUL \u{0}, "
      + "\" \\ / \u{8} \u{c} \n \r \t \u{1f} \u{7f}, <&>, \u{2028}\u{2029}, \u{feff}, \u{fffd}",
    EmptyText: "",
    Yes: true,
    No: false,
    Tiny: .min,
    Lowest: .min,
    Highest: .max,
    Largest: .max,
    Fraction: 0.1,
    Third: 1.0 / 3.0,
    Whole: -2,
    Smallest: .leastNonzeroMagnitude,
    Greatest: .greatestFiniteMagnitude,
    SingleThird: 1.0 / 3.0,
    Bytes: Data([0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22]),
    NoBytes: Data(),
    When: Date(timeIntervalSince1970: 1_709_251_199.123456),
    Before: Date(timeIntervalSince1970: -14_182_940),
    Numbers: [0, -1, 2],
    NoNumbers: [],
    Matrix: [[], [1], [2, 3], []],
    Table: ["": [], "a": [1], "\u{e9} \"\\/": [2, 3]],
    NoTable: [:],
    ByNumber: [-1: "minus one", 0: "zero", 42: ""],
    Inner: Nested(Name: "outer", Next: Nested(Name: "inner", Next: Nested())),
    Inners: [Nested(), Nested(Name: "second")],
    Present: Nested(Name: "present"),
    SomeNumber: 1
  )
}
