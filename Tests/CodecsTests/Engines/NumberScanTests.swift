#if Jansson
  import NIOCore
  import Testing

  @testable import Codecs

  @Suite struct NumberScanTests {
    private func scan(_ json: String) throws -> NumberScan {
      try ByteBuffer(string: json).withUnsafeReadableBytes(NumberScan.init)
    }

    @Test(arguments: [
      "", "0", "-1", "[123456789012345678,-123456789012345678]", #"{"1.5":"1e5","a\"1.5":true}"#, "\"1.5",
    ])
    func `a document of strings and short integers is parsed where it lies`(_ json: String) throws {
      #expect(try scan(json).texts.isEmpty)
    }

    @Test func `every other number becomes a placeholder`() throws {
      let scan = try scan(#"[1,1.5,"2.5",-0,{"a":1234567890123456789},1e2 ]"#)

      #expect(try String(buffer: #require(scan.rewritten)) == #"[1,0e0,"2.5",1e0,{"a":2e0},3e0 ]"#)
      #expect(
        (0..<4).map { String(decoding: scan.texts[$0], as: UTF8.self) } == [
          "1.5", "-0", "1234567890123456789", "1e2",
        ]
      )
    }

    @Test(arguments: ["1.", "1.e5", ".5", "1e", "1e+", "--1.5", "01.5", "1.5.5", "1-2", "1.5e5e5", "-", "00"])
    func `what is no number is refused`(_ json: String) throws {
      #expect(throws: DecodingError.self) { try Engine.jansson.decode(json, as: Double.self) }
    }

    @Test func `jansson hands over its JSON in the pieces in which placeholders are found`() {
      #expect(JanssonValue.piecesAreKnown)
    }

    @Test func `a placeholder that is not in the table has no text`() {
      var texts = NumberTexts()
      let placeholder = texts.append("7".utf8)

      #expect(texts[placeholder].elementsEqual("7".utf8))
      #expect(
        texts[1.0].isEmpty && texts[-1.0].isEmpty && texts[0.5].isEmpty && texts[Double.infinity].isEmpty
      )
    }

    @Test(arguments: [
      ("1.0", 1), ("1e2", 100), ("120e-1", 12), ("-3.00", -3), ("0e999999999999", 0), ("0.0001e4", 1),
      ("1.5", nil), ("1e-1", nil),
      ("9223372036854775807.0", Int64.max), ("9223372036854775808", nil), ("1e999999999999999999999", nil),
    ])
    func `an integer is told from its text`(text: String, integer: Int64?) {
      #expect(DecimalText(Array(text.utf8))?.integer(as: Int64.self) == integer)
    }
  }
#endif
