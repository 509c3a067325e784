import RPCKit
import Testing

/// The first byte of a connection decides what it is: DESIGN.md 7.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct FirstByteTests {
  private static let body = #"{"method":"Misc.Count","params":[{}],"id":1}"#

  @Test(
    arguments: Setup.all,
    [
      (
        "an HTTP post",
        Array(("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 44\r\n\r\n" + body).utf8)
      ),
      ("a bare HTTP post", Array(("POST / HTTP/1.0\n\n" + body).utf8)),
      ("an HTTP get", Array("GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
      ("the CONNECT of Go's DialHTTP", Array(("CONNECT /_goRPC_ HTTP/1.0\n\n" + body).utf8)),
      ("the preface of HTTP/2", Array(("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + body).utf8)),
      (
        "the hello of TLS",
        [0x16, 0x03, 0x01, 0x00, 0x2C, 0x01, 0x00, 0x00, 0x28, 0x03, 0x03] + Array(body.utf8)
      ),
      ("an SSH banner", Array(("SSH-2.0-OpenSSH_9.2p1\r\n" + body).utf8)),
      ("a byte order mark", [0xEF, 0xBB, 0xBF] + Array(body.utf8)),
      ("a NUL", [0x00] + Array(body.utf8)),
      ("Go's gob", [0x2E, 0xFF, 0x81].reversed() + Array(body.utf8)),
    ]
  )
  func `another protocol is closed without a word, and nothing of it is run`(
    _ setup: Setup,
    _ row: (what: String, bytes: [UInt8])
  ) async throws {
    let (transcript, calls) = try await TestServer.serving(setup) { server in
      let transcript = try await RawSocket.converse(
        with: server.endpoint,
        sending: row.bytes,
        in: setup.chunking
      )
      return (transcript, server.counter.value)
    }

    #expect(transcript.text == "", "\(row.what)")
    #expect(calls == 0)
  }

  @Test(arguments: Setup.whole)
  func `of all bytes, capitals, control characters and those from 0x80 are closed without a word`(
    _ setup: Setup
  ) async throws {
    let silent = Set((0...UInt8.max).filter { $0 < 0x20 || $0 >= 0x7F || (0x41...0x5A).contains($0) })
    let whiteSpace: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20]

    let lines = try await TestServer.serving(setup) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        try (0...UInt8.max).map { byte in
          let socket = try RawSocket(to: endpoint)
          try socket.send([byte])
          socket.endOutput()
          return try socket.readToEnd().lines.count
        }
      }
    }

    for byte in 0...UInt8.max {
      let isSilent = silent.contains(byte) || whiteSpace.contains(byte)
      #expect(lines[Int(byte)] == (isSilent ? 0 : 1), "\(byte)")
    }
  }

  @Test(arguments: Setup.all)
  func `behind white space and behind a request, another protocol is malformed`(_ setup: Setup) async throws {
    let (transcript, calls) = try await TestServer.serving(setup) { server in
      let transcript = try await RawSocket.converse(
        with: server.endpoint,
        sending: "\r\nPOST / HTTP/1.1\r\n\r\n" + Self.body,
        in: setup.chunking
      )
      return (transcript, server.counter.value)
    }

    #expect(
      transcript.text
        == DepartureTests.refusal("invalid character 'P' looking for beginning of value at byte 0")
    )
    #expect(calls == 0)
  }
}
