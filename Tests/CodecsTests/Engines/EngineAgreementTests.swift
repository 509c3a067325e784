import Foundation
import Testing

/// Random values and documents, about which the engines must agree.
///
/// The seed is printed with every failure.
@Suite struct EngineAgreementTests {
  private static let seed =
    ProcessInfo.processInfo.environment["RPCKIT_SEED"].flatMap(UInt64.init)
    ?? UInt64.random(in: 0...UInt64.max)
  private static let count = 10_000

  init() {
    print("EngineAgreementTests: RPCKIT_SEED=\(Self.seed)")
  }

  private static let others = Engine.all.filter { $0.name != Engine.foundation.name }

  @Test(arguments: others)
  func `random values have the same JSON up to the order of members, and come back from either`(
    _ other: Engine
  ) throws {
    var random = SeededRandom(seed: Self.seed)
    for _ in 0..<Self.count {
      let value = RandomRecord(using: &random)

      let foundation = try Engine.foundation.encode(value)
      let json = try other.encode(value)

      let same = CanonicalJSON.sorted(foundation) == CanonicalJSON.sorted(json)
      let crossed = try other.decode(foundation, as: RandomRecord.self)
      let crossedBack = try Engine.foundation.decode(json, as: RandomRecord.self)
      guard same, crossed == value, crossedBack == value else {
        Issue.record("seed \(Self.seed):\n\(foundation)\n\(json)")
        return
      }
    }
  }

  @Test(arguments: others)
  func `random values without objects have the same bytes`(_ other: Engine) throws {
    var random = SeededRandom(seed: Self.seed)
    var wrong: [String] = []
    for _ in 0..<Self.count / 5 {
      let record = RandomRecord(using: &random)
      for value: any Encodable in [record.doubles, record.floats, record.decimal, record.text, record.date] {
        let foundation = try Engine.foundation.encode(value)
        let json = try other.encode(value)
        if foundation != json { wrong.append(foundation + " or " + json) }
      }
    }
    #expect(wrong == [], "seed \(Self.seed)")
  }

  @Test(arguments: others)
  func `random documents are read alike, or refused by both`(_ other: Engine) {
    var random = SeededRandom(seed: Self.seed)
    for _ in 0..<Self.count {
      let document = RandomDocument.make(using: &random)

      let foundation = Result { try Engine.foundation.decode(document, as: AnyJSON.self) }
      let value = Result { try other.decode(document, as: AnyJSON.self) }

      guard Self.agree(foundation, value) else {
        Issue.record("seed \(Self.seed): \(document)\n\(foundation)\n\(value)")
        return
      }
    }
  }

  @Test(arguments: others)
  func `random numbers are read alike into every type, or refused by both`(_ other: Engine) {
    var random = SeededRandom(seed: Self.seed)
    var wrong: [String] = []
    for _ in 0..<Self.count / 5 {
      let number = RandomDocument.number(using: &random)
      for type: any (Decodable & Equatable).Type in [
        Int.self, UInt64.self, Int8.self, UInt128.self, Double.self, Float.self, Decimal.self,
      ] where !Self.isReadAlike(number, type, by: Engine.foundation, other) {
        wrong.append("\(number) as \(type)")
      }
    }
    #expect(wrong == [], "seed \(Self.seed)")
  }

  #if Jansson
    // These two differ in nothing but a NUL in a name.
    @Test func `jansson and native read every number alike, and the last of the members with one name`() {
      var random = SeededRandom(seed: Self.seed)
      var wrong: [String] = []
      for _ in 0..<Self.count / 2 {
        let number = RandomDocument.anyNumber(using: &random)
        for type: any (Decodable & Equatable).Type in [
          Int.self, UInt64.self, Int8.self, Int128.self, Double.self, Float.self,
        ] where !Self.isReadAlike(number, type, by: Engine.jansson, Engine.native) {
          wrong.append("\(number) as \(type)")
        }
        let object = RandomDocument.objectWithRepeatedNames(using: &random)
        if !Self.isReadAlike(object, [String: Int].self, by: Engine.jansson, Engine.native) {
          wrong.append(object)
        }
      }
      #expect(wrong.prefix(3) == [], "seed \(Self.seed)")
    }
  #endif

  private static func isReadAlike<Value: Decodable & Equatable>(
    _ json: String,
    _ type: Value.Type,
    by first: Engine,
    _ second: Engine
  ) -> Bool {
    agree(Result { try first.decode(json, as: type) }, Result { try second.decode(json, as: type) })
  }

  private static func agree<Value: Equatable>(
    _ first: Result<Value, any Error>,
    _ second: Result<Value, any Error>
  ) -> Bool {
    switch (first, second) {
    case (.success(let first), .success(let second)): first == second
    case (.failure, .failure): true
    default: false
    }
  }
}

/// A value with members of every kind.
struct RandomRecord: Codable, Equatable {
  var int: Int
  var small: Int8
  var unsigned: UInt64
  var doubles: [Double]
  var floats: [Float]
  var flag: Bool
  var text: String
  var optional: Int?
  var list: [Int?]
  var table: [String: Double]
  var numbers: [Int: String]
  var nested: [[String: [Bool]]]
  var decimal: Decimal
  var date: Date
  var data: Data

  init(using random: inout SeededRandom) {
    int = Int(truncatingIfNeeded: random.next() >> UInt64.random(in: 0...63, using: &random))
    small = Int8.random(in: .min ... .max, using: &random)
    unsigned = random.next()
    doubles = (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.double(using: &random) }
    floats = (0..<2).map { _ in
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      return float.isFinite ? float : 1e8
    }
    flag = Bool.random(using: &random)
    text = Self.text(using: &random)
    optional = Bool.random(using: &random) ? nil : 7
    list = (0..<Int.random(in: 0...3, using: &random)).map { Bool.random(using: &random) ? nil : $0 }
    table = ["": Self.double(using: &random)]
    table[Self.text(using: &random)] = 0.1
    // Foundation compares names by their normal form, jansson by their bytes: not both of é.
    table = table.filter { !$0.key.contains("\u{301}") && !$0.key.contains("\0") }
    numbers = [7: "y"]
    numbers[Int(small)] = "x"
    nested = [[:], ["k": [true, flag]]]
    let digits = String(random.next()) + String(random.next() >> 20)
    decimal = Decimal(string: "-" + digits.prefix(5) + "." + digits.dropFirst(5)) ?? 0
    date = Date(timeIntervalSinceReferenceDate: Double.random(in: 1e8...2e9, using: &random))
    data = Data((0..<Int.random(in: 0...5, using: &random)).map { UInt8($0 * 51) })
  }

  static func double(using random: inout SeededRandom) -> Double {
    switch Int.random(in: 0...3, using: &random) {
    case 0: return Double(Int.random(in: -100_000...100_000, using: &random)) / 100
    case 1: return Double(Int.random(in: -(1 << 54)...(1 << 54), using: &random))
    default:
      let double = Double(bitPattern: random.next())
      return double.isFinite ? double : -0.0
    }
  }

  static func text(using random: inout SeededRandom) -> String {
    let pool = [
      "a", "é", "e\u{301}", "😀", "\"", "\\", "\u{0}", "\u{1f}", "\n", "/", "\u{2028}", "17.0", "\u{7f}",
      "<", "\u{fffd}",
    ]
    return (0..<Int.random(in: 0...6, using: &random)).map { _ in pool.randomElement(using: &random) ?? "" }
      .joined()
  }
}

/// JSON text, mostly valid, with white space and numbers of all spellings.
enum RandomDocument {
  static func make(using random: inout SeededRandom) -> String {
    var document = value(depth: 0, using: &random)
    // One in eight has a byte too few, too many, or a wrong one.
    if Int.random(in: 0..<8, using: &random) == 0, !document.isEmpty {
      let index = document.indices.randomElement(using: &random) ?? document.startIndex
      let wrong = ["", "x", "}", "]", "\"", ":", "{", "["].randomElement(using: &random) ?? ""
      var changed = document
      changed.replaceSubrange(index...index, with: wrong)
      // A comma behind the last element, which JSONDecoder allows, never comes past the scanner.
      if !changed.contains(#/,\s*[\]}]/#) { document = changed }
    }
    return document
  }

  static func value(depth: Int, using random: inout SeededRandom) -> String {
    let space = ["", "", "", " ", "\n\t", "\r "].randomElement(using: &random) ?? ""
    switch Int.random(in: 0...(depth > 4 ? 5 : 9), using: &random) {
    case 0: return space + "null"
    case 1: return space + (Bool.random(using: &random) ? "true" : "false") + space
    case 2, 3: return space + number(using: &random) + space
    case 4, 5: return space + string(using: &random) + space
    case 6, 7:
      let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        value(depth: depth + 1, using: &random)
      }
      return space + "[" + space + elements.joined(separator: ",") + "]" + space
    default:
      // A name of its own for each, since the engines differ about names that come twice.
      let members = (0..<Int.random(in: 0...4, using: &random)).map { index in
        space + "\"k\(index)\"" + space + ":" + value(depth: depth + 1, using: &random)
      }
      return "{" + members.joined(separator: ",") + space + "}"
    }
  }

  static func string(using random: inout SeededRandom) -> String {
    let pool = [
      "a", "é", "😀", #"\""#, #"\\"#, #"\/"#, #"\u0000"#, #"\u00e9"#, #"\ud83d\ude00"#, #"\n"#, "[", "{",
      "1.5", " ",
    ]
    return "\""
      + (0..<Int.random(in: 0...5, using: &random)).map { _ in pool.randomElement(using: &random) ?? "" }
      .joined() + "\""
  }

  /// Numbers of all spellings, but for what the engines are known to differ in: numbers with a point or an exponent
  /// whose value as an integer needs more than 53 bits, numbers below the smallest Double, and zero with an exponent.
  static func number(using random: inout SeededRandom) -> String {
    let sign = Bool.random(using: &random) ? "-" : ""
    let digits = String(random.next() >> UInt64.random(in: 0...63, using: &random))
    switch Int.random(in: 0...6, using: &random) {
    case 0: return sign + "0"
    case 1: return sign + digits + String(random.next())
    case 2: return sign + String(digits.prefix(9)) + "." + String(digits.prefix(6))
    case 3: return sign + "0." + String(random.next()) + String(random.next())
    case 4:
      return sign + "1" + String(digits.prefix(5)) + "e" + String(Int.random(in: -20...10, using: &random))
    case 5: return sign + String(digits.prefix(7)) + ".0"
    default: return sign + digits
    }
  }

  /// Numbers of all spellings.
  static func anyNumber(using random: inout SeededRandom) -> String {
    let digits = String(random.next() >> UInt64.random(in: 0...63, using: &random))
    let fraction = ["", ".0", ".5", ".000", "." + digits].randomElement(using: &random) ?? ""
    let exponent = ["", "", "e0", "E+2", "e-3", "e19", "e-400", "e400", "e00012"].randomElement(
      using: &random
    )
    return (Bool.random(using: &random) ? "-" : "") + digits + fraction + (exponent ?? "")
  }

  /// An object of few different names, some of them spelled with escapes.
  static func objectWithRepeatedNames(using random: inout SeededRandom) -> String {
    let pool = [
      "a", #"\u0061"#, "b", "", "é", #"\u00e9"#, "long enough for the heap", "\\n", "c\\\\", "😀",
    ]
    let count = Int.random(in: 0...40, using: &random)
    let names = (0..<count).map { index in
      Int.random(in: 0...3, using: &random) == 0
        ? pool.randomElement(using: &random) ?? "" : "k\(index % Int.random(in: 1...40, using: &random))"
    }
    return "{" + names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
  }
}
