import RPCKit

extension RawSocket {
  /// Connects, sends, ends the output, and reads until the other end is done: what `nc -N` does.
  static func converse(
    with endpoint: Endpoint,
    sending bytes: [UInt8],
    in chunking: Chunking = .whole
  ) async throws -> Transcript {
    try await SocketThreads.run {
      let socket = try RawSocket(to: endpoint)
      try socket.send(bytes, in: chunking)
      socket.endOutput()
      return try socket.readToEnd()
    }
  }

  static func converse(
    with endpoint: Endpoint,
    sending text: String,
    in chunking: Chunking = .whole
  ) async throws -> Transcript {
    try await converse(with: endpoint, sending: Array(text.utf8), in: chunking)
  }
}
