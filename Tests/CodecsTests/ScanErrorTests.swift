import RPCKit
import Testing

@testable import Codecs

struct ScanErrorTests {
  @Test(arguments: [
    ("x", "invalid character 'x' looking for beginning of value at byte 0"),
    (#"{"params":x}"#, "invalid character 'x' looking for beginning of value at byte 10"),
    ("{,", "invalid character ',' looking for beginning of object key string at byte 1"),
    (#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string at byte 7"),
    (#"{"a" 1}"#, "invalid character '1' after object key at byte 5"),
    (#"{"a":1 2}"#, "invalid character '2' after object key:value pair at byte 7"),
    (#"{"a":[1 2]}"#, "invalid character '2' after array element at byte 8"),
    (#"{"a":[1,]}"#, "invalid character ']' looking for beginning of value at byte 8"),
    (#"{"a":[1}"#, "invalid character '}' after array element at byte 7"),
    (#"{"a":"\#n"}"#, #"invalid character '\n' in string literal at byte 6"#),
    (#"{"a":"\q"}"#, "invalid character 'q' in string escape code at byte 7"),
    (#"{"a":"\u12G4"}"#, #"invalid character 'G' in \u hexadecimal character escape at byte 10"#),
    (#"{"a":"x\ud800"}"#, "lone surrogate in string escape at byte 7"),
    (#"{"a":tru1}"#, "invalid character '1' in literal true (expecting 'e') at byte 8"),
    (#"{"a":fall"#, "invalid character 'l' in literal false (expecting 's') at byte 8"),
    (#"{"a":nil}"#, "invalid character 'i' in literal null (expecting 'u') at byte 6"),
    (#"{"a":-x}"#, "invalid character 'x' in numeric literal at byte 6"),
    (#"{"a":1.}"#, "invalid character '}' after decimal point in numeric literal at byte 7"),
    (#"{"a":1e}"#, "invalid character '}' in exponent of numeric literal at byte 7"),
    (#"{"a":01}"#, "invalid character '1' after object key:value pair at byte 6"),
    ("{\"a\":1\0}", #"invalid character '\x00' after object key:value pair at byte 6"#),
    ("\0", #"invalid character '\x00' looking for beginning of value at byte 0"#),
    ("\u{1b}[31m", #"invalid character '\x1b' looking for beginning of value at byte 0"#),
    ("\u{7f}", #"invalid character '\x7f' looking for beginning of value at byte 0"#),
    ("\u{feff}{}", #"invalid character '\xef' looking for beginning of value at byte 0"#),
    ("'a'", #"invalid character '\'' looking for beginning of value at byte 0"#),
    ("\\", #"invalid character '\\' looking for beginning of value at byte 0"#),
    ("[1]", "message is not an object at byte 0"),
  ])
  func `an error says what was wrong and at which byte`(text: String, expected: String) throws {
    let error = try #require(scan(Array(text.utf8)).error)

    #expect(error.codecError().description == expected)
    #expect(error.codecError().reach == .connection)
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3, 0x28], [0xE2, 0x28, 0xA1],
      [0xE2, 0x82, 0x28], [0xF0, 0x9F, 0x98, 0x22], [0xC3, 0x22],
    ] as [[UInt8]]
  )
  func `bytes that are not UTF-8 are refused where they begin`(bytes: [UInt8]) throws {
    let message = Array(#"{"a":"é"#.utf8) + bytes + Array(#""}"#.utf8)

    let error = try #require(scan(message).error)

    #expect(error == ScanError(problem: .invalidUTF8, offset: 8))
    #expect(scan(message, by: 1).error == error)
  }

  @Test func `a limit is told as such, with the id that is known`() {
    let error = ScanError(problem: .limit(.depth, maximum: 128), offset: 200)

    #expect(error.codecError() == .limitExceeded(.depth, maximum: 128, messageID: .absent))
    #expect(
      error.codecError(messageID: MessageID(7))
        == .limitExceeded(.depth, maximum: 128, messageID: MessageID(7))
    )
  }
}
