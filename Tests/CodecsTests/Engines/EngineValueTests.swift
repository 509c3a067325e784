import Foundation
import NIOCore
import RPCKit
import Testing

/// What every engine does with single values.
///
/// The JSON is literal: it is the wire format.
@Suite struct EngineValueTests {
  @Test(arguments: Engine.all)
  func `integers of all widths are written plainly and come back`(_ engine: Engine) throws {
    try engine.expect([Int8.min, 0, Int8.max], isWritten: "[-128,0,127]")
    try engine.expect([UInt8.max], isWritten: "[255]")
    try engine.expect([Int16.min, Int16.max], isWritten: "[-32768,32767]")
    try engine.expect([UInt16.max], isWritten: "[65535]")
    try engine.expect([Int32.min, Int32.max], isWritten: "[-2147483648,2147483647]")
    try engine.expect([UInt32.max], isWritten: "[4294967295]")
    try engine.expect([Int64.min, Int64.max], isWritten: "[-9223372036854775808,9223372036854775807]")
    try engine.expect([Int.min, Int.max], isWritten: "[-9223372036854775808,9223372036854775807]")
    try engine.expect([UInt64.max, 1 << 63], isWritten: "[18446744073709551615,9223372036854775808]")
    try engine.expect([UInt.max], isWritten: "[18446744073709551615]")
    try engine.expect([Int128.min], isWritten: "[-170141183460469231731687303715884105728]")
    try engine.expect([UInt128.max, 7], isWritten: "[340282366920938463463374607431768211455,7]")
  }

  @Test(arguments: Engine.all)
  func `a Double is written with the fewest digits that read back, an integral one without a point`(
    _ engine: Engine
  ) throws {
    try engine.expect([0.1, 0.5, -1.5, 100.5], isWritten: "[0.1,0.5,-1.5,100.5]")
    try engine.expect([0.0, 1.0, -1.0, 1e15], isWritten: "[0,1,-1,1000000000000000]")
    try engine.expect(
      [9007199254740992.0, 9007199254740994.0],
      isWritten: "[9007199254740992,9.007199254740994e+15]"
    )
    try engine.expect([1e16, 1e300, 1e-5], isWritten: "[1e+16,1e+300,1e-05]")
    try engine.expect(
      [Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude],
      isWritten: "[5e-324,1.7976931348623157e+308]"
    )
    try engine.expect([Double.pi, 0.1 + 0.2], isWritten: "[3.141592653589793,0.30000000000000004]")
  }

  @Test(arguments: Engine.all)
  func `minus zero keeps its sign`(_ engine: Engine) throws {
    #expect(try engine.encode([-0.0]) == "[-0]")
    #expect(try engine.decode("-0", as: Double.self).sign == .minus)
    #expect(try engine.decode("-0.0", as: Double.self).sign == .minus)
    #expect(try engine.decode("0", as: Double.self).sign == .plus)
  }

  @Test(arguments: Engine.all)
  func `a Float has as many digits as a Float needs`(_ engine: Engine) throws {
    try engine.expect([Float(0.1), 1.5, 16_777_216], isWritten: "[0.1,1.5,16777216]")
    try engine.expect([Float(1e8), .greatestFiniteMagnitude], isWritten: "[1e+08,3.4028235e+38]")
    #expect(try engine.decode("16777217", as: Float.self) == 16_777_216)
  }

  @Test(arguments: Engine.all)
  func `a Decimal keeps all its 38 digits`(_ engine: Engine) throws {
    let long = try #require(Decimal(string: "12345678901234567890123456789012345678"))
    try engine.expect([long], isWritten: "[12345678901234567890123456789012345678]")
    let fraction = try #require(Decimal(string: "0.1000000000000000055511151231257827"))
    try engine.expect([fraction], isWritten: "[0.1000000000000000055511151231257827]")
    try engine.expect([Decimal(0), Decimal(-7)], isWritten: "[0,-7]")
    #expect(try engine.decode("1e3", as: Decimal.self) == 1000)
    #expect(try engine.decode("-12.50", as: Decimal.self) == Decimal(string: "-12.5"))
  }

  @Test(arguments: Engine.all)
  func `strings are raw UTF-8 but for what must be escaped`(_ engine: Engine) throws {
    try engine.expect(["", "a/b", "<>&"], isWritten: #"["","a/b","<>&"]"#)
    try engine.expect(["\"\\"], isWritten: #"["\"\\"]"#)
    try engine.expect(["\u{8}\u{c}\n\r\t"], isWritten: #"["\b\f\n\r\t"]"#)
    try engine.expect(["\u{0}\u{1f}\u{b}"], isWritten: #"["\u0000\u001f\u000b"]"#)
    try engine.expect(["é😀", "\u{2028}\u{2029}\u{7f}"], isWritten: "[\"é😀\",\"\u{2028}\u{2029}\u{7f}\"]")
    try engine.expect([#"\u001F"#], isWritten: #"["\\u001F"]"#)
  }

  @Test(arguments: Engine.all)
  func `a control character beside a number with a fraction is escaped in lower case too`(
    _ engine: Engine
  ) throws {
    struct Mixed: Codable, Equatable {
      var text = "\u{1f}17.0\"3.0\""
      var number = 1.5
    }
    try engine.expect([Mixed()], isWritten: #"[{"number":1.5,"text":"\u001f17.0\"3.0\""}]"#)
  }

  @Test(arguments: Engine.all)
  func `escapes of every kind are read`(_ engine: Engine) throws {
    let json = #""\u0041\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\\u0000z""#
    #expect(try engine.decode(json, as: String.self) == "Aé😀/\u{8}\u{c}\n\r\t\"\\\u{0}z")
  }

  @Test(arguments: Engine.all)
  func `a string of a mebibyte comes back`(_ engine: Engine) throws {
    let long = String(repeating: "0123456789abcde\u{1f}", count: 1 << 16)
    #expect(try engine.decode(engine.encode([long]), as: [String].self) == [long])
  }

  @Test(arguments: Engine.all)
  func `Booleans and nulls are written as such`(_ engine: Engine) throws {
    try engine.expect([true, false], isWritten: "[true,false]")
    try engine.expect([1, nil], isWritten: "[1,null]")
    try engine.expect(Int?.none, isWritten: "null")
    try engine.expect(Int?.some(3), isWritten: "3")
  }

  @Test(arguments: Engine.all)
  func `every kind of value can stand at the top`(_ engine: Engine) throws {
    try engine.expect(7, isWritten: "7")
    try engine.expect(1.5, isWritten: "1.5")
    try engine.expect("a", isWritten: #""a""#)
    try engine.expect(true, isWritten: "true")
    try engine.expect([Int](), isWritten: "[]")
    try engine.expect([String: Int](), isWritten: "{}")
    try engine.expect(Decimal(5), isWritten: "5")
    try engine.expect(Data([1, 2, 3]), isWritten: #""AQID""#)
    try engine.expect(Date(timeIntervalSinceReferenceDate: 0), isWritten: #""2001-01-01T00:00:00Z""#)
  }

  @Test(arguments: Engine.all)
  func `Data is Base64 and a URL is its string`(_ engine: Engine) throws {
    try engine.expect([Data(), Data([1, 2, 3, 255])], isWritten: #"["","AQID/w=="]"#)
    let url = try #require(URL(string: "http://example.org/b%20c?x=1"))
    try engine.expect([url], isWritten: #"["http://example.org/b%20c?x=1"]"#)
  }

  @Test(arguments: Engine.all)
  func `a date is in the form that Go writes, and offsets are read`(_ engine: Engine) throws {
    try engine.expect([Date(timeIntervalSince1970: 0.5)], isWritten: #"["1970-01-01T00:00:00.5Z"]"#)
    let date = try engine.decode(#""2009-11-10T23:00:00.123456789+01:00""#, as: Date.self)
    #expect(abs(date.timeIntervalSince1970 - 1_257_890_400.123456789) < 1e-6)
    #expect(ErrorKind.of { _ = try engine.encode([Date.distantFuture + 1e12]) } == "invalidValue [0]")
    #expect(ErrorKind.of { _ = try engine.decode(#"["1.1.2001"]"#, as: [Date].self) } == "dataCorrupted [0]")
  }

  @Test(arguments: Engine.all)
  func `what is appended leaves the buffer's content alone`(_ engine: Engine) throws {
    var output = ByteBuffer(string: "before ")
    try engine.coder.encode(Array(repeating: "\u{1f}", count: 1000), into: &output)
    try engine.coder.encode([0.5], into: &output)
    let array = "[" + Array(repeating: #""\u001f""#, count: 1000).joined(separator: ",") + "]"
    #expect(String(buffer: output) == "before " + array + "[0.5]")
  }

  @Test(arguments: Engine.all)
  func `null is told from everything else`(_ engine: Engine) {
    for (json, isNull) in [("null", true), ("0", false), ("\"null\"", false), ("{}", false), ("", false)] {
      #expect(engine.coder.isNull(ByteBuffer(string: json)) == isNull)
    }
  }
}
