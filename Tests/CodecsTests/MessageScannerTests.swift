import RPCKit
import Testing

@testable import Codecs

struct MessageScannerTests {
  private static let messages = [
    #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":0}"#,
    #"{"id":0,"result":56,"error":null}"#,
    #"{"id":12345678901234567890,"result":null,"error":"divide by zero"}"#,
    #"{"\u006dethod":"é日😀\ud83d\ude00\"\\\/\b","params":[[-0.5e+10,1E2,0,true,false,null],2],"id":"a-1"}"#,
    " { \"params\" :\r\n [ ] ,\t\"id\" : { \"k\" : [ 1 , { } ] } } ".trimmingPrefix { $0 == " " }.description,
    #"{}"#,
    "null",
  ]

  @Test(arguments: messages)
  func `a message cut anywhere is the same message`(text: String) {
    let bytes = Array(text.utf8)
    let whole = scan(bytes)

    for split in 0...bytes.count {
      #expect(scan(bytes, ends: [split, bytes.count]) == whole, "cut at \(split)")
    }
    #expect(whole.isComplete)
  }

  @Test(arguments: messages, [1, 3])
  func `a message in small pieces is the same message`(text: String, size: Int) {
    let bytes = Array(text.utf8)

    #expect(scan(bytes, by: size) == scan(bytes))
  }

  @Test func `no proper prefix of an object is complete`() {
    let bytes = Array(Self.messages[3].utf8)

    for end in 0..<bytes.count {
      #expect(scan(bytes, ends: [end]) == .incomplete, "\(end) bytes")
    }
  }

  @Test func `bytes behind a message are not looked at`() throws {
    let one = Array(#"{"id":1}"#.utf8)

    #expect(scan(one + Array("garbage".utf8)) == scan(one))
    #expect(scan(one + one) == scan(one))
    #expect(scan(one + [0]) == scan(one))
  }

  @Test func `an empty buffer is an unfinished message`() {
    #expect(scan([]) == .incomplete)
  }

  @Test func `a scanner that was reset reads the next message`() throws {
    var scanner = MessageScanner(limits: MessageLimits())
    let first = Array(#"{"method":"A.B","params":[1],"id":"x"}"#.utf8)
    let second = Array(#"{"id":2}"#.utf8)

    try #expect(first.withUnsafeBytes { try scanner.scan($0) })
    scanner.reset()
    try #expect(second.withUnsafeBytes { try scanner.scan($0) })

    #expect(scanner.offset == 8)
    #expect(scanner.envelope.method.kind == .absent)
    #expect(scanner.envelope.firstParameter.kind == .absent)
    #expect(scanner.envelope.id.kind == .number)
  }

  @Test func `null is a message and other values are not`() {
    #expect(scan(Array("null".utf8)).isComplete)
    for text in ["[1]", "1", "-1", "\"a\"", "true", "false"] {
      let error = scan(Array(text.utf8)).error
      #expect(error == ScanError(problem: .notAnObject, offset: 0), "\(text)")
    }
  }

  @Test func `every value is a message where any is accepted`() {
    for text in ["[1]", "1 ", "-1.5,", "\"a\"", "true", "false", "null", "{}"] {
      #expect(scan(Array(text.utf8), accepting: .anyValue).isComplete, "\(text)")
    }
    #expect(scan(Array("12".utf8), accepting: .anyValue) == .incomplete)
  }

  @Test func `the members can be read while params are still coming`() throws {
    var scanner = MessageScanner(limits: MessageLimits())
    let bytes = Array(#"{"id":7,"method":"A.B","params":[[1,2"#.utf8)

    let isComplete = try bytes.withUnsafeBytes { try scanner.scan($0) }

    #expect(!isComplete)
    #expect(scanner.envelope.id.range == 6..<7)
    #expect(scanner.envelope.method.range == 17..<22)
    #expect(scanner.envelope.params.kind == .array)
    #expect(!scanner.envelope.params.isComplete)
    #expect(scanner.envelope.firstParameter.start == 33)
    #expect(!scanner.envelope.firstParameter.isComplete)
  }
}
