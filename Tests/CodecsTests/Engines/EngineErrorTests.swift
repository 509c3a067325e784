import Foundation
import Testing

/// How every engine refuses: the kind of error, and where it was.
@Suite struct EngineErrorTests {
  struct Args: Codable {
    var a: Int
    var b: Inner?
    struct Inner: Codable {
      var c: [UInt8]
    }
  }

  @Test(arguments: Engine.all)
  func `a value of the wrong type is a mismatch where it is`(_ engine: Engine) {
    let cases = [
      (#"{"a":"x"}"#, "typeMismatch .a"), (#"{"a":true}"#, "typeMismatch .a"),
      (#"{"a":[]}"#, "typeMismatch .a"),
      (#"{"a":{}}"#, "typeMismatch .a"), (#"{"a":1,"b":3}"#, "typeMismatch .b"), ("[]", "typeMismatch"),
      ("3", "typeMismatch"), (#"{"a":1,"b":{"c":{}}}"#, "typeMismatch .b .c"),
      (#"{"a":1,"b":{"c":[1,"2"]}}"#, "typeMismatch .b .c [1]"),
    ]
    for (json, kind) in cases {
      #expect(ErrorKind.of { _ = try engine.decode(json, as: Args.self) } == kind, "\(json)")
    }
    #expect(ErrorKind.of { _ = try engine.decode("[1]", as: [String].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[1]", as: [Bool].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[1]", as: [Date].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[1]", as: [Data].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[1]", as: [URL].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"["1"]"#, as: [Decimal].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"["1"]"#, as: [Double].self) } == "typeMismatch [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"{"x":1}"#, as: [Int: Int].self) } == "typeMismatch .x")
  }

  @Test(arguments: Engine.all)
  func `a null where a value is needed is a value not found`(_ engine: Engine) {
    #expect(ErrorKind.of { _ = try engine.decode(#"{"a":null}"#, as: Args.self) } == "valueNotFound .a")
    #expect(ErrorKind.of { _ = try engine.decode("null", as: Args.self) } == "valueNotFound")
    #expect(ErrorKind.of { _ = try engine.decode("null", as: [Int].self) } == "valueNotFound")
    #expect(ErrorKind.of { _ = try engine.decode("[null]", as: [Int].self) } == "valueNotFound [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[null]", as: [String].self) } == "valueNotFound [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[null]", as: [Data].self) } == "valueNotFound [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[null]", as: [Decimal].self) } == "valueNotFound [0]")
    #expect(ErrorKind.of { _ = try engine.decode("[null]", as: [Date].self) } == "valueNotFound [0]")
  }

  @Test(arguments: Engine.all)
  func `a member that is missing is a key not found`(_ engine: Engine) {
    #expect(ErrorKind.of { _ = try engine.decode("{}", as: Args.self) } == "keyNotFound(a)")
    #expect(ErrorKind.of { _ = try engine.decode(#"{"A":1}"#, as: Args.self) } == "keyNotFound(a)")
    #expect(ErrorKind.of { _ = try engine.decode(#"{"a":1,"b":{}}"#, as: Args.self) } == "keyNotFound(c) .b")
  }

  @Test(arguments: Engine.all)
  func `a string that is no Base64, URL, date or case is corrupted data where it is`(_ engine: Engine) {
    #expect(ErrorKind.of { _ = try engine.decode(#"["!"]"#, as: [Data].self) } == "dataCorrupted [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"["AQI"]"#, as: [Data].self) } == "dataCorrupted [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"[""]"#, as: [URL].self) } == "dataCorrupted [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"["x"]"#, as: [Date].self) } == "dataCorrupted [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"["x"]"#, as: [Fruit].self) } == "dataCorrupted [0]")
  }

  @Test(arguments: Engine.all)
  func `numbers that JSON lacks are refused where they are`(_ engine: Engine) {
    #expect(ErrorKind.of { _ = try engine.encode(Double.nan) } == "invalidValue")
    #expect(ErrorKind.of { _ = try engine.encode(["x": [1, Double.infinity]]) } == "invalidValue .x [1]")
    #expect(ErrorKind.of { _ = try engine.encode(["x": -Float.infinity]) } == "invalidValue .x")
    #expect(ErrorKind.of { _ = try engine.encode([Decimal.nan]) } == "invalidValue [0]")
    #expect(ErrorKind.of { _ = try engine.encode(Decimal.nan) } == "invalidValue")
  }

  @Test(arguments: Engine.all)
  func `an error of the value's own comes out as it is`(_ engine: Engine) {
    struct Refusal: Error {}
    struct Picky: Codable {
      init() {}
      init(from decoder: any Decoder) throws { throw Refusal() }
      func encode(to encoder: any Encoder) throws { throw Refusal() }
    }
    #expect(throws: Refusal.self) { try engine.encode([["x": Picky()]]) }
    #expect(throws: Refusal.self) { try engine.decode(#"[{"x":1}]"#, as: [[String: Picky]].self) }
  }

  @Test(arguments: Engine.all)
  func `bytes that are not one JSON value are refused, and never crash`(_ engine: Engine) {
    let texts = [
      "", " ", "{", "[", "[1", "[1,", #"{"a"#, #"{"a":"#, #"{"a":1"#, "\"", "\"\\", "\"\\u12", "tru", "nul",
      "-", "1.", "1e",
      "1e+", "]", "}", ",", "[1 2]", "{} {}", "1 2", "[1,2]]", "\"a\"b", "NaN", "Infinity", "'a'", "{a:1}",
      "[1.5", "0x10",
      "+1", ".5", "/**/1", "[--1]", "1-2",
    ]
    for text in texts {
      #expect(throws: DecodingError.self, "\(text)") { try engine.decode(text, as: AnyJSON.self) }
    }
    for bytes: [UInt8] in [
      [0xFF], [0x22, 0xC3, 0x28, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x0A, 0x22], [0],
    ] {
      #expect(throws: DecodingError.self, "\(bytes)") { try engine.decode(bytes, as: AnyJSON.self) }
    }
  }

  @Test(arguments: Engine.all)
  func `an error says nothing of what the bytes contain`(_ engine: Engine) throws {
    let error = #expect(throws: DecodingError.self) {
      try engine.decode(#"["secret",secret]"#, as: [String].self)
    }
    guard case .dataCorrupted(let context) = error else { return }
    #expect(!context.debugDescription.contains("secret"))
  }
}
