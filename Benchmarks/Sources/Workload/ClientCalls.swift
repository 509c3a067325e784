import NIOCore
import RPCKit

/// Small calls of a client over one connection inside the process, whose server answers all that one `read` brings by
/// one `write`.
public final class ClientCalls {
  private static let args = Args(A: 7, B: 8)
  private static let product = 56

  private let client: RPCClient
  private let socket: RawSocket
  private let callers: Int
  private let answers = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)

  /// Makes the client, and connects it.
  ///
  /// - Parameters:
  ///   - engine: What reads and writes the bodies.
  ///   - callers: How many tasks call at the same time.
  /// - Throws: Whatever stands in the way.
  public init(_ engine: Engine, callers: Int) throws {
    let (socket, channel) = try RawSocket.pair()
    self.client = RPCClient(channel: channel, codec: engine.codec)
    self.socket = socket
    self.callers = callers
  }

  deinit { answers.deallocate() }

  /// Makes so many calls, rounded down to what all callers make alike.
  ///
  /// - Parameter calls: The number of calls.
  /// - Throws: A ``Failure`` when a reply is not what it should be.
  public func run(_ calls: Int) throws {
    let (client, callsOfEach) = (client, calls / callers)
    for _ in 0..<callers {
      Task { try await ClientCalls.call(client, callsOfEach) }
    }
    try serve(callsOfEach * callers)
  }

  /// Ends the connection, and with it what waits at the other end, when a reply is not what it should be.
  private static func call(_ client: RPCClient, _ calls: Int) async throws {
    for _ in 0..<calls {
      let product = try await client.call("Arith.Multiply", args, returning: Int.self)
      guard product == Self.product else { return try await client.close() }
    }
  }

  private func serve(_ calls: Int) throws {
    var answered = 0
    while answered < calls {
      var length = 0
      for line in Lines(try socket.receiveLines()) {
        length += Self.answer(line, UnsafeMutableRawBufferPointer(rebasing: answers[length...]))
        answered += 1
      }
      try socket.send(UnsafeRawBufferPointer(rebasing: answers[..<length]))
    }
  }

  /// Answers `{"method":…,"params":[…],"id":7}`, of which only the number counts.
  ///
  /// - Returns: How many bytes the answer has.
  private static func answer(
    _ request: UnsafeRawBufferPointer,
    _ answer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var start = request.count - 1
    while request[start - 1] != UInt8(ascii: ":") { start -= 1 }
    var length = 0
    func put(_ bytes: UnsafeRawBufferPointer) {
      UnsafeMutableRawBufferPointer(rebasing: answer[length...]).copyMemory(from: bytes)
      length += bytes.count
    }
    func put(_ text: StaticString) {
      put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    put("{\"id\":")
    put(UnsafeRawBufferPointer(rebasing: request[start..<request.count - 1]))
    put(",\"result\":56,\"error\":null}\n")
    return length
  }
}
