import NIOCore
import RPCKit
import Testing

/// Where RPCKit's server answers otherwise than Go's, on purpose: DESIGN.md 7, row by row.
///
/// The client's departures stand in `HostileServerTests` and `ClientWireTests`, the limits in `MessageLimitTests`.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DepartureTests {
  // Go closes the connection without a word: 18, 53, 54.
  @Test(
    arguments: Setup.all,
    [
      ("garbage", "invalid character 'g' looking for beginning of value at byte 0"),
      (
        "\n {\"method\":\"Arith.Add\",}",
        "invalid character '}' looking for beginning of object key string at byte 22"
      ),
      ("[]", "message is not an object at byte 0"),
      ("7", "message is not an object at byte 0"),
      (#""x""#, "message is not an object at byte 0"),
      ("true", "message is not an object at byte 0"),
      (#"{"method":7,"params":[1],"id":4}"#, "method is not a string at byte 10"),
      (#"{"method":["a"],"params":[1],"id":4}"#, "method is not a string at byte 10"),
      (#"{"method":"Arith.Add","par"#, "unexpected end of input at byte 26"),
      ("nul", "unexpected end of input at byte 3"),
    ]
  )
  func `a malformed request is told what is wrong and at which byte`(
    _ setup: Setup,
    _ row: (request: String, reason: String)
  ) async throws {
    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: row.request, in: setup.chunking)
    }

    #expect(transcript.text == Self.refusal(row.reason))
    #expect(transcript.end == .closed)
  }

  @Test(arguments: Setup.all)
  func `a server can be configured to close without a word, as Go does`(_ setup: Setup) async throws {
    var configuration = ServerConfiguration()
    configuration.explainsMalformedRequests = false
    let good = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":1}"#

    let transcript = try await TestServer.serving(setup, configuration) { server in
      try await RawSocket.converse(with: server.endpoint, sending: good + "garbage", in: setup.chunking)
    }

    #expect(transcript.text == #"{"id":1,"result":42,"error":null}"# + "\n")
  }

  // Go sends nothing, and the caller waits for ever: 26, golang/go#71559.
  @Test(
    arguments: Setup.all,
    [
      #"{"method":"Misc.NaN","params":[{}],"id":1}"#,
      #"{"method":"Misc.Deep","params":[600],"id":1}"#,
      #"{"method":"Misc.Stubborn","params":[{}],"id":1}"#,
    ]
  )
  func `a reply that cannot be encoded becomes an error reply`(_ setup: Setup, _ request: String) async throws
  {
    let good = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":2}"#

    let transcript = try await TestServer.serving(setup, TestServer.ordered) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request + good, in: setup.chunking)
    }

    try #require(transcript.lines.count == 2)
    #expect(transcript.lines[0].hasPrefix(#"{"id":1,"result":null,"error":"rpc: cannot encode reply: "#))
    #expect(transcript.lines[0].utf8.count <= 600)
    #expect(transcript.lines[1] == #"{"id":2,"result":42,"error":null}"#)
  }

  @Test(arguments: Setup.whole)
  func `a reply past the limit of a message becomes an error reply`(_ setup: Setup) async throws {
    let requests =
      #"{"method":"Misc.Text","params":[4194305],"id":1}"# + #"{"method":"Misc.Text","params":[3],"id":2}"#

    let transcript = try await TestServer.serving(setup, TestServer.ordered) { server in
      try await RawSocket.converse(with: server.endpoint, sending: requests, in: setup.chunking)
    }

    try #require(transcript.lines.count == 2)
    #expect(transcript.lines[0].hasPrefix(#"{"id":1,"result":null,"error":"rpc: cannot encode reply: "#))
    #expect(transcript.lines[1] == #"{"id":2,"result":"xxx","error":null}"#)
  }

  // As it is sent, "<" takes six times the bytes: the text is past the limit.
  @Test(
    arguments: Setup.whole,
    [
      #"{"method":"Misc.Fail","params":["TEXT"],"id":1}"#, #"{"method":"TEXT","params":[1],"id":1}"#,
    ]
  )
  func `an error past the limit of a message becomes a shorter one`(_ setup: Setup, _ pattern: String)
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.messageLimits = MessageLimits(maximumBytes: 4096)
    let request = pattern.replacing("TEXT", with: String(repeating: "<", count: 1000))

    let transcript = try await TestServer.serving(setup, configuration) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request, in: setup.chunking)
    }

    let text = "rpc: cannot encode reply: its error is too large for a message"
    #expect(transcript.text == #"{"id":1,"result":null,"error":"\#(text)"}"# + "\n")
  }

  // Go sends it, and Go's client dies of it: golang/go#19588.
  @Test(arguments: Setup.all)
  func `a reply of null becomes an error reply`(_ setup: Setup) async throws {
    let text = "rpc: method replied null, which Go clients take for the end of the connection"

    let transcript = try await answer(setup, #"{"method":"Misc.Null","params":[{}],"id":1}"#)

    #expect(transcript.text == #"{"id":1,"result":null,"error":"\#(text)"}"# + "\n")
  }

  @Test(arguments: Setup.all)
  func `a server can be configured to send null, as Go does`(_ setup: Setup) async throws {
    var configuration = ServerConfiguration()
    configuration.allowsNullReplies = true
    let request = #"{"method":"Misc.Null","params":[{}],"id":1}"#

    let transcript = try await TestServer.serving(setup, configuration) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request, in: setup.chunking)
    }

    #expect(transcript.text == #"{"id":1,"result":null,"error":null}"# + "\n")
  }

  // Go sends a success: 25, go-delve/delve#1260.
  @Test(arguments: Setup.all)
  func `an error without a text gets one`(_ setup: Setup) async throws {
    let transcript = try await answer(setup, #"{"method":"Misc.Fail","params":[""],"id":1}"#)

    #expect(transcript.text == #"{"id":1,"result":null,"error":"unspecified error"}"# + "\n")
  }

  // Go takes any letter case: 49.
  @Test(arguments: Setup.all, ["Method", "METHOD", "mETHOD"])
  func `a member in other letters is another member`(_ setup: Setup, _ name: String) async throws {
    let transcript = try await answer(setup, #"{"\#(name)":"Arith.Add","params":[{"A":1,"B":2}],"id":1}"#)

    #expect(
      transcript.text
        == #"{"id":1,"result":null,"error":"rpc: service/method request ill-formed: "}"# + "\n"
    )
  }

  @Test(arguments: Setup.all)
  func `an argument's member in other letters is another member`(_ setup: Setup) async throws {
    let transcript = try await answer(setup, #"{"method":"Arith.Add","params":[{"a":1,"B":2}],"id":1}"#)

    #expect(
      transcript.text == #"{"id":1,"result":null,"error":"rpc: cannot decode argument: missing member A"}"#
        + "\n"
    )
  }

  // Go puts U+FFFD in its place: 48.
  @Test(
    arguments: Setup.all,
    [
      [0xFF], [0xC0, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3, 0x28],
      Array(#"\ud800"#.utf8), Array(#"\udc00"#.utf8), Array(#"\ud800\u0041"#.utf8),
    ] as [[UInt8]]
  )
  func `invalid UTF-8 and lone surrogates are refused`(_ setup: Setup, _ bytes: [UInt8]) async throws {
    let request = Array(#"{"method":"Misc.Echo","params":["a"#.utf8) + bytes + Array(#""],"id":1}"#.utf8)

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request, in: setup.chunking)
    }

    try #require(transcript.lines.count == 1)
    #expect(
      transcript.text.hasPrefix(#"{"id":null,"result":null,"error":"rpc: server cannot decode request: "#)
    )
    #expect(transcript.end == .closed)
  }

  // Go calls with zero values: 52.
  @Test(arguments: Setup.all, ["[]", "[null]"])
  func `an argument that is not there is decoded as null`(_ setup: Setup, _ params: String) async throws {
    let requests = ["Arith.Add", "Misc.Accept", "Misc.Nothing"].enumerated()
      .map { #"{"method":"\#($1)","params":\#(params),"id":\#($0)}"# }
      .joined()

    let transcript = try await TestServer.serving(setup, TestServer.ordered) { server in
      try await RawSocket.converse(with: server.endpoint, sending: requests, in: setup.chunking)
    }

    try #require(transcript.lines.count == 3)
    #expect(transcript.lines[0].hasPrefix(#"{"id":0,"result":null,"error":"rpc: cannot decode argument: "#))
    #expect(transcript.lines[1] == #"{"id":1,"result":true,"error":null}"#)
    #expect(transcript.lines[2] == #"{"id":2,"result":{},"error":null}"#)
  }

  // Go fills in zero: 60.
  @Test(arguments: Setup.all)
  func `a member that is missing is an error reply`(_ setup: Setup) async throws {
    let transcript = try await answer(setup, #"{"method":"Arith.Add","params":[{"A":1}],"id":1}"#)

    #expect(
      transcript.text == #"{"id":1,"result":null,"error":"rpc: cannot decode argument: missing member B"}"#
        + "\n"
    )
  }

  // Go refuses it: 60, and JSON.md's row on 1.0 and 1e2.
  @Test(arguments: Setup.all)
  func `a number without a fraction is an integer however it is spelled`(_ setup: Setup) async throws {
    let transcript = try await answer(setup, #"{"method":"Misc.Ints","params":[[1.0,1e2,-0]],"id":1}"#)

    #expect(transcript.text == #"{"id":1,"result":[1,100,0],"error":null}"# + "\n")
  }

  // Go's texts show Go's types and changed from version to version: 20, 52.
  @Test(
    arguments: Setup.all,
    [
      (#"{"A":1,"B":2}"#, "jsonrpc: params is not an array"),
      (#""x""#, "jsonrpc: params is not an array"),
      (#"["x"]"#, "rpc: cannot decode argument: wrong type"),
      (#"[{"A":"1","B":2}]"#, "rpc: cannot decode argument: wrong type for member A"),
    ]
  )
  func `an argument that does not fit is refused in RPCKit's words, and the connection goes on`(
    _ setup: Setup,
    _ row: (params: String, text: String)
  ) async throws {
    let request = #"{"method":"Arith.Add","params":\#(row.params),"id":1}"#
    let good = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":2}"#

    let transcript = try await TestServer.serving(setup, TestServer.ordered) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request + good, in: setup.chunking)
    }

    #expect(
      transcript.lines == [
        #"{"id":1,"result":null,"error":"\#(row.text)"}"#, #"{"id":2,"result":42,"error":null}"#,
      ]
    )
  }

  // RELIABILITY.md R34. Go shows its types.
  @Test(
    arguments: Setup.whole,
    [
      #"{"method":"Arith.Add","params":[{"A":"payload","B":2}],"id":1}"#,
      #"{"method":"Arith.Add","params":["payload"],"id":1}"#,
      #"{"method":"Arith.Add","params":{"payload":1},"id":1}"#,
      #"{"method":"Misc.Ints","params":[[12345678901234567890]],"id":1}"#,
      #"{"method":"Misc.Ints","params":[[1e400]],"id":1}"#,
      #"{"method":"Misc.Deep","params":[600],"id":1}"#,
      #"{"method":"Misc.Echo","params":["payload\x"],"id":1}"#,
    ]
  )
  func `what an error says shows neither the payload nor types of Swift's`(
    _ setup: Setup,
    _ request: String
  ) async throws {
    let transcript = try await answer(setup, request)

    try #require(transcript.lines.count == 1)
    #expect(transcript.text.contains(#""result":null,"error":"#))
    #expect(transcript.text.utf8.count <= 600)
    for word in [
      "payload", "12345678901234567890", "1e400", "Swift", "Int", "Double", "Array", "JSONEncoder",
      "CodingKeys",
    ] {
      #expect(!transcript.text.contains(word))
    }
  }

  // Go escapes what HTML takes amiss in replies as well: 48. The engines leave it; decoded it is the same.
  @Test(arguments: Setup.all)
  func `a reply's text has no escapes for the sake of HTML`(_ setup: Setup) async throws {
    let request = "{\"method\":\"Misc.Echo\",\"params\":[\"<>&\u{2028}\u{2029}\"],\"id\":1}"

    let transcript = try await answer(setup, request)

    #expect(transcript.text == "{\"id\":1,\"result\":\"<>&\u{2028}\u{2029}\",\"error\":null}\n")
  }

  private func answer(_ setup: Setup, _ request: String) async throws -> RawSocket.Transcript {
    try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request, in: setup.chunking)
    }
  }

  /// The line that a malformed request gets.
  static func refusal(_ reason: String) -> String {
    #"{"id":null,"result":null,"error":"rpc: server cannot decode request: \#(reason)"}"# + "\n"
  }
}
