import Foundation
import NIOCore
import RPCKit
import Testing

/// One test for each row of the table in the article Engines that is decided by an engine.
///
/// The rows in which the engines differ name the engine: they pin what is, so that a change in one shows.
@Suite struct JSONRulingTests {
  @Test(arguments: Engine.all)
  func `of two members with one name the last counts, and the first for Foundation`(_ engine: Engine) throws {
    let expected = engine.name == "Foundation" ? 1 : 2
    #expect(try engine.decode(#"{"a":1,"a":2}"#, as: [String: Int].self) == ["a": expected])
    #expect(try engine.decode(#"{"a":1,"\u0061":2}"#, as: [String: Int].self) == ["a": expected])
  }

  @Test(arguments: Engine.all)
  func `names that differ only in normal form are two, and one for Foundation`(
    _ engine: Engine
  ) throws {
    struct Keys: Decodable {
      let names: [[UInt8]]
      struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }
      init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Key.self).allKeys.map { Array($0.stringValue.utf8) }
      }
    }
    let names = try engine.decode("{\"\u{e9}\":1,\"e\u{301}\":2}", as: Keys.self).names
    #expect(names.count == (engine.name == "Foundation" ? 1 : 2))
  }

  @Test(arguments: Engine.all)
  func `a NUL outside of a string is refused`(_ engine: Engine) {
    for json in ["[1\0]", "[1\0,2]", "{\"a\":1\0}", "[1.5\0]", "[true\0]", "\0", "1\0"] {
      #expect(throws: DecodingError.self) { try engine.decode(json, as: AnyJSON.self) }
    }
  }

  @Test(arguments: Engine.all)
  func `a byte order mark and any encoding but UTF-8 are refused`(_ engine: Engine) {
    let encodings: [String.Encoding] = [
      .utf16, .utf16LittleEndian, .utf16BigEndian, .utf32, .utf32LittleEndian, .utf32BigEndian,
    ]
    for json in ["[1]", "\u{FEFF}[1]", "[" + String(repeating: "[", count: 600)] {
      for encoding in encodings {
        let bytes = [UInt8](json.data(using: encoding) ?? Data())
        #expect(throws: DecodingError.self, "\(encoding)") { try engine.decode(bytes, as: [Int].self) }
      }
    }
    #expect(throws: DecodingError.self) { try engine.decode("\u{FEFF}[1]", as: [Int].self) }
  }

  @Test(arguments: Engine.all)
  func `an escaped NUL in a value is accepted`(_ engine: Engine) throws {
    #expect(try engine.decode(#""\u0000""#, as: String.self) == "\0")
    #expect(try engine.encode("\0") == #""\u0000""#)
  }

  @Test(arguments: Engine.all)
  func `an escaped NUL in a name is accepted, and refused by jansson`(_ engine: Engine) throws {
    let json = #"{"a\u0000b":1}"#
    if engine.name != "jansson" {
      #expect(try engine.decode(json, as: [String: Int].self) == ["a\0b": 1])
    } else {
      #expect(ErrorKind.of { _ = try engine.decode(json, as: [String: Int].self) } == "dataCorrupted")
    }
  }

  @Test(arguments: Engine.all)
  func `large integers are exact, or an error of the value that wanted them`(_ engine: Engine) throws {
    #expect(try engine.decode("18446744073709551615", as: UInt64.self) == .max)
    #expect(try engine.decode("9223372036854775808", as: UInt64.self) == 1 << 63)
    #expect(try engine.decode("18446744073709551616", as: Double.self) == 18_446_744_073_709_551_616)
    #expect(try engine.decode("18446744073709551616", as: UInt128.self) == 1 << 64)
    let hundredDigits = "1" + String(repeating: "0", count: 99)
    #expect(try engine.decode(hundredDigits, as: Double.self) == 1e99)
    for json in ["18446744073709551616", "-9223372036854775809", "-1", hundredDigits] {
      #expect(throws: DecodingError.self) { try engine.decode(json, as: UInt64.self) }
    }
    #expect(throws: DecodingError.self) { try engine.decode("9223372036854775808", as: Int64.self) }
    #expect(throws: DecodingError.self) { try engine.decode("-9223372036854775809", as: Int64.self) }
  }

  @Test(arguments: Engine.all)
  func `a large integer that nobody wants does no harm`(_ engine: Engine) throws {
    struct One: Decodable, Equatable { var a: Int }
    let json = #"{"a":1,"b":100000000000000000000000000000,"c":1e400,"d":-9223372036854775809}"#
    #expect(try engine.decode(json, as: One.self) == One(a: 1))
  }

  @Test(arguments: Engine.all)
  func `a number in a narrower type's range is taken, any other refused`(_ engine: Engine) throws {
    #expect(try engine.decode("[255,0]", as: [UInt8].self) == [255, 0])
    #expect(throws: DecodingError.self) { try engine.decode("[256]", as: [UInt8].self) }
    #expect(throws: DecodingError.self) { try engine.decode("[-1]", as: [UInt8].self) }
    #expect(throws: DecodingError.self) { try engine.decode("[-129]", as: [Int8].self) }
    #expect(throws: DecodingError.self) { try engine.decode("[1.5]", as: [Int].self) }
    #expect(throws: DecodingError.self) { try engine.decode("[1e39]", as: [Float].self) }
  }

  @Test(arguments: Engine.all)
  func `a number out of range says where it was, except with Foundation`(_ engine: Engine) {
    let path = engine.name == "Foundation" ? "" : " .a [1]"
    #expect(
      ErrorKind.of { _ = try engine.decode(#"{"a":[1,256]}"#, as: [String: [UInt8]].self) } == "dataCorrupted"
        + path
    )
    #expect(
      ErrorKind.of { _ = try engine.decode(#"{"a":[1,1e400]}"#, as: [String: [Double]].self) }
        == "dataCorrupted" + path
    )
  }

  @Test(arguments: Engine.all)
  func `an integer may be written with a fraction of zeros or an exponent`(_ engine: Engine) throws {
    #expect(
      try engine.decode("[1.0,1e2,1E2,1e+2,120e-1,-3.0]", as: [Int].self) == [1, 100, 100, 100, 12, -3]
    )
    #expect(try engine.decode("[1.0,2.55e2]", as: [UInt8].self) == [1, 255])
    #expect(throws: DecodingError.self) { try engine.decode("1e19", as: Int64.self) }
    #expect(throws: DecodingError.self) { try engine.decode("12e-1", as: Int.self) }
  }

  @Test(arguments: Engine.all)
  func `a fraction beyond 2^53 is no integer, and cut off by Foundation`(_ engine: Engine) throws {
    let json = "9007199254740992.5"
    if engine.name == "Foundation" {
      #expect(try engine.decode(json, as: Int64.self) == 9_007_199_254_740_992)
    } else {
      #expect(throws: DecodingError.self) { try engine.decode(json, as: Int64.self) }
      #expect(try engine.decode("9007199254740993.0", as: Int64.self) == 9_007_199_254_740_993)
    }
    #expect(try engine.decode(json, as: Double.self) == 9_007_199_254_740_992)
  }

  @Test(arguments: Engine.all)
  func `a number too small for a Double is zero, and refused by Foundation`(_ engine: Engine)
    throws
  {
    if engine.name == "Foundation" {
      #expect(throws: DecodingError.self) { try engine.decode("1e-400", as: Double.self) }
    } else {
      #expect(try engine.decode("1e-400", as: Double.self) == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `a zero with an exponent is zero, and refused as a Double by Foundation`(_ engine: Engine)
    throws
  {
    #expect(try engine.decode("0e5", as: Int.self) == 0)
    if engine.name == "Foundation" {
      #expect(throws: DecodingError.self) { try engine.decode("0e5", as: Double.self) }
    } else {
      #expect(try engine.decode("0e5", as: Double.self) == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `a number too large for a Double is refused where it is read`(_ engine: Engine) throws {
    #expect(throws: DecodingError.self) { try engine.decode("[1e400]", as: [Double].self) }
    #expect(throws: DecodingError.self) { try engine.decode("[1e400]", as: [Int].self) }
    #expect(try engine.decode("[1e308]", as: [Double].self) == [1e308])
  }

  @Test(arguments: Engine.all)
  func `minus zero is zero for an integer`(_ engine: Engine) throws {
    #expect(try engine.decode("[-0,-0.0,0.0,0e5]", as: [Int].self) == [0, 0, 0, 0])
    #expect(try engine.decode("[-0]", as: [UInt].self) == [0])
  }

  @Test(arguments: Engine.all)
  func `the smallest integer is exact`(_ engine: Engine) throws {
    #expect(try engine.decode("-9223372036854775808", as: Int64.self) == .min)
    #expect(try engine.decode("9223372036854775807", as: Int64.self) == .max)
  }

  @Test(arguments: Engine.all)
  func `digits beyond a Double's are rounded as a whole`(_ engine: Engine) throws {
    #expect(try engine.decode("0.1000000000000000055511151231257827", as: Double.self) == 0.1)
    let million = "0." + String(repeating: "3", count: 1_000_000)
    #expect(try engine.decode(million, as: Double.self) == 1.0 / 3)
  }

  @Test(arguments: Engine.all)
  func `a surrogate without its other half, and raw control characters, are refused`(_ engine: Engine) {
    for json in [#""\ud800""#, #""\udc00x""#, #""\ud800\u0041""#, "\"\t\"", "\"\u{1}\""] {
      #expect(throws: DecodingError.self) { try engine.decode(json, as: String.self) }
    }
  }

  @Test(arguments: Engine.all)
  func `member names are compared exactly`(_ engine: Engine) throws {
    struct One: Decodable { var method: Int }
    #expect(throws: DecodingError.self) { try engine.decode(#"{"METHOD":1}"#, as: One.self) }
  }

  @Test(arguments: Engine.all)
  func `a UInt64 beyond Int64 is written exactly`(_ engine: Engine) throws {
    #expect(try engine.encode(["id": UInt64.max]) == #"{"id":18446744073709551615}"#)
  }
}
