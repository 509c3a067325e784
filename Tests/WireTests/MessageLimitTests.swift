import NIOCore
import RPCKit
import Synchronization
import Testing

/// How large a request may be, and what becomes of one that is larger. (RELIABILITY.md R4, R6, R7)
@Suite(.serialized, .timeLimit(.minutes(2)))
struct MessageLimitTests {
  private static let limit = 4 << 20
  private static let head = #"{"method":"Misc.Length","params":[""#
  private static let tail = #""],"id":1}"#

  /// A request of exactly so many bytes.
  private static func request(bytes: Int) -> [UInt8] {
    let text = [UInt8](repeating: UInt8(ascii: "x"), count: bytes - head.utf8.count - tail.utf8.count)
    return Array(head.utf8) + text + Array(tail.utf8)
  }

  @Test(arguments: Setup.whole)
  func `a request of exactly 4 MiB is served`(_ setup: Setup) async throws {
    let request = Self.request(bytes: Self.limit)

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request)
    }

    let length = Self.limit - Self.head.utf8.count - Self.tail.utf8.count
    #expect(transcript.text == #"{"id":1,"result":\#(length),"error":null}"# + "\n")
  }

  @Test(arguments: Setup.whole)
  func `a request of one byte more is refused`(_ setup: Setup) async throws {
    let request = Self.request(bytes: Self.limit + 1)

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request)
    }

    #expect(transcript.text == DepartureTests.refusal("message has more than 4194304 bytes"))
  }

  @Test(arguments: Setup.whole)
  func `the refusal of a request whose id came first carries the id`(_ setup: Setup) async throws {
    let request =
      #"{"id":"a","# + String(decoding: Self.request(bytes: Self.limit).dropFirst(), as: UTF8.self)

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request)
    }

    #expect(
      transcript.text
        == #"{"id":"a","result":null,"error":"rpc: server cannot decode request: "#
        + #"message has more than 4194304 bytes"}"# + "\n"
    )
  }

  // maximumBytesInFlight counts the arguments, so a call must not hold more than its argument.
  @Test(arguments: Setup.whole)
  func `a call in flight does not hold what else its message had`(_ setup: Setup) async throws {
    let held = Mutex<[Int]>([])
    var configuration = ServerConfiguration()
    configuration.interceptors = [
      { _, argument, next in
        held.withLock { $0.append(argument.bytes.storageCapacity) }
        return try await next(argument)
      }
    ]
    let pad = String(repeating: "x", count: 1 << 20)

    let transcript = try await TestServer.serving(setup, configuration) { server in
      try await RawSocket.converse(
        with: server.endpoint,
        sending: #"{"pad":"\#(pad)","method":"Misc.Value","params":[1],"id":1}"#
      )
    }

    #expect(transcript.text == #"{"id":1,"result":1,"error":null}"# + "\n")
    #expect(held.withLock { $0 }.allSatisfy { $0 <= 128 << 10 })
    #expect(held.withLock { $0.count } == 1)
  }

  @Test(arguments: Setup.whole)
  func `why a message is refused is said however low the limit is`(_ setup: Setup) async throws {
    var configuration = ServerConfiguration()
    configuration.messageLimits = MessageLimits(maximumBytes: 30)

    let transcript = try await TestServer.serving(setup, configuration) { server in
      try await RawSocket.converse(with: server.endpoint, sending: Self.request(bytes: 60))
    }

    #expect(transcript.text == DepartureTests.refusal("message has more than 30 bytes"))
  }

  // Without an answer its caller would wait for ever, and with its id no answer would fit.
  @Test(arguments: Setup.all)
  func `a request whose id has more than 1,024 bytes gets an error without one, and the next is served`(
    _ setup: Setup
  ) async throws {
    let id = String(repeating: "<", count: 1023)
    let requests =
      #"{"method":"Misc.Value","params":[1],"id":"\#(id)"}"# + #"{"method":"Misc.Value","params":[2],"id":2}"#

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: requests, in: setup.chunking)
    }

    #expect(
      transcript.text == #"{"id":null,"result":null,"error":"jsonrpc: id has more than 1024 bytes"}"# + "\n"
        + #"{"id":2,"result":2,"error":null}"# + "\n"
    )
  }

  @Test(
    arguments: Setup.all,
    [
      (126, true), (127, false),
    ]
  )
  func `a request may be 128 levels deep`(_ setup: Setup, _ row: (levels: Int, isServed: Bool)) async throws {
    // The envelope is one level, and params are another.
    let argument = String(repeating: "[", count: row.levels) + String(repeating: "]", count: row.levels)
    let request = #"{"method":"Misc.Value","params":[\#(argument)],"id":1}"#

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: request, in: setup.chunking)
    }

    #expect(
      transcript.text
        == (row.isServed
          ? #"{"id":1,"result":\#(argument),"error":null}"# + "\n"
          : DepartureTests.refusal("message has more than 128 levels of nesting"))
    )
  }

  @Test(arguments: Setup.whole)
  func `a request may have 250,000 values`(_ setup: Setup) async throws {
    // The envelope, its method, params and id, and the argument itself are five.
    let numbers = Array(repeating: "0", count: 250_000 - 5)
    let requests = [numbers, numbers + ["0"]].map { numbers in
      #"{"method":"Misc.Ints","params":[[\#(numbers.joined(separator: ","))]],"id":1}"#
    }

    let transcripts = try await TestServer.serving(setup) { server in
      [
        try await RawSocket.converse(with: server.endpoint, sending: requests[0]),
        try await RawSocket.converse(with: server.endpoint, sending: requests[1]),
      ]
    }

    #expect(
      transcripts[0].text == #"{"id":1,"result":[\#(numbers.joined(separator: ","))],"error":null}"# + "\n"
    )
    #expect(transcripts[1].text == DepartureTests.refusal("message has more than 250000 values"))
  }

  @Test(arguments: Setup.all)
  func `a number may have 1,024 bytes`(_ setup: Setup) async throws {
    let requests = [1024, 1025].map { length in
      #"{"method":"Arith.Multiply","params":[{"A":1,"B":2}],"id":\#(String(repeating: "1", count: length))}"#
    }

    let transcripts = try await TestServer.serving(setup) { server in
      [
        try await RawSocket.converse(with: server.endpoint, sending: requests[0], in: setup.chunking),
        try await RawSocket.converse(with: server.endpoint, sending: requests[1], in: setup.chunking),
      ]
    }

    #expect(
      transcripts[0].text == #"{"id":\#(String(repeating: "1", count: 1024)),"result":2,"error":null}"# + "\n"
    )
    #expect(transcripts[1].text == DepartureTests.refusal("message has more than 1024 bytes in one number"))
  }

  @Test(arguments: Setup.whole)
  func `an endless string is refused near the limit, and the connection closed`(_ setup: Setup) async throws {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)

    let (accepted, transcript, good) = try await TestServer.serving(setup) { server in
      let endpoint = server.endpoint
      let (accepted, transcript) = try await SocketThreads.run {
        let socket = try RawSocket(to: endpoint)
        var accepted = try socket.send(Self.head)
        for _ in 0..<1024 {
          let count = try socket.send(piece)
          accepted += count
          if count < piece.count { break }
        }
        return (accepted, try socket.readToEnd())
      }
      return (
        accepted, transcript, try await RawSocket.converse(with: endpoint, sending: Self.request(bytes: 100))
      )
    }

    // 64 MiB were offered. The server reads 4, throws one more away, and the system holds some: on a Unix socket what
    // the sender's buffer holds, with TCP up to what both buffers grow to.
    #expect(accepted >= Self.limit)
    #expect(accepted <= (setup.socket == .unix ? 6 << 20 : 24 << 20))
    #expect(
      transcript.text == ""
        || transcript.text == DepartureTests.refusal("message has more than 4194304 bytes")
    )
    #expect(good.lines.count == 1)
  }

  @Test(arguments: Setup.whole)
  func `smaller limits can be set`(_ setup: Setup) async throws {
    var configuration = ServerConfiguration()
    configuration.messageLimits = MessageLimits(maximumBytes: 200)

    let transcripts = try await TestServer.serving(setup, configuration) { server in
      [
        try await RawSocket.converse(with: server.endpoint, sending: Self.request(bytes: 200)),
        try await RawSocket.converse(with: server.endpoint, sending: Self.request(bytes: 201)),
      ]
    }

    #expect(transcripts[0].text == #"{"id":1,"result":155,"error":null}"# + "\n")
    #expect(transcripts[1].text == DepartureTests.refusal("message has more than 200 bytes"))
  }
}
