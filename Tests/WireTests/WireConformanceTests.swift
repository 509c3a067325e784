import RPCKit
import Testing

/// The bytes that Go's server would send, for the bytes that Go's server would get.
///
/// What concerns the order of answers stands in `AnswerOrderTests`, what a client sends in `ClientWireTests`, and
/// where RPCKit answers otherwise on purpose in `DepartureTests`. Of items 16 to 26 and 45 to 58 of GO-BEHAVIOUR.md
/// only 24, the count of calls, and 55, an error inside Go's codec, do not show on the wire.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct WireConformanceTests {
  @Test(arguments: Setup.all, WireRow.names)
  func `methods are found by name as in Go`(_ setup: Setup, _ row: WireRow) async throws {
    try await check(row, setup)
  }

  @Test(arguments: Setup.all, WireRow.bodies)
  func `arguments are read and replies written as in Go`(_ setup: Setup, _ row: WireRow) async throws {
    try await check(row, setup)
  }

  @Test(arguments: Setup.all, WireRow.messages)
  func `messages are found as in Go`(_ setup: Setup, _ row: WireRow) async throws {
    try await check(row, setup)
  }

  @Test(arguments: Setup.all, WireRow.ids)
  func `ids are echoed as in Go`(_ setup: Setup, _ row: WireRow) async throws {
    try await check(row, setup)
  }

  private func check(_ row: WireRow, _ setup: Setup) async throws {
    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: row.request, in: setup.chunking)
    }

    #expect(row.isAnswered(by: transcript), "\(transcript.text)")
    #expect(transcript.end == .closed)
  }
}
