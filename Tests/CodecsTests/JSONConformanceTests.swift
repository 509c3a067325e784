import RPCKit
import Testing

@testable import Codecs

/// RFC 8259 by examples, in the manner of the JSONTestSuite.
struct JSONConformanceTests {
  @Test(arguments: JSONCase.all)
  func `a text is accepted exactly when it is one JSON value`(json: JSONCase) {
    let body = try? Body(json: json.bytes, coder: TestCoder())

    #expect((body != nil) == json.isValid)
  }

  @Test(arguments: JSONCase.all)
  func `the same holds for a parameter, whole and byte by byte`(json: JSONCase) {
    let message = Array(#"{"method":"A.B","params":["#.utf8) + json.bytes + Array(#"],"id":1}"#.utf8)

    let whole = scan(message)

    #expect(whole.takesUp(message) == json.isValid)
    #expect(scan(message, by: 1) == whole)
  }

  @Test(arguments: JSONCase.all)
  func `the same holds for a member that nobody reads`(json: JSONCase) {
    let message = Array(#"{"id":1,"unknown":"#.utf8) + json.bytes + Array(#","x":1}"#.utf8)

    let whole = scan(message)

    #expect(whole.takesUp(message) == json.isValid)
    #expect(scan(message, by: 3) == whole)
  }

  @Test func `there are more than two hundred cases`() {
    #expect(JSONCase.all.count > 200)
  }
}

extension ScanVerdict {
  fileprivate func takesUp(_ message: [UInt8]) -> Bool {
    if case .complete(message.count, _) = self { true } else { false }
  }
}
