import NIOCore
public import RPCKit

/// Small calls to a server over one connection inside the process: what one `write` brings is answered together.
public final class ServedCalls {
  private let server: RPCServer
  private let socket: RawSocket
  private let requests: [UInt8]
  private let answers: [String]
  private let answerBytes: Int
  private var isChecked = false

  /// Makes the server, and connects to it.
  ///
  /// - Parameters:
  ///   - engine: What reads and writes the bodies.
  ///   - execution: Where the method runs.
  ///   - depth: How many requests are in flight together.
  /// - Throws: Whatever stands in the way.
  public init(_ engine: Engine, _ execution: MethodExecution, depth: Int) throws {
    let (socket, channel) = try RawSocket.pair()
    var configuration = ServerConfiguration()
    configuration.execution = execution
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    Task { try await server.serve(channel, codec: engine.codec) }
    self.server = server
    self.socket = socket

    // Ids of one length, and products of one length, make all batches of answers equally long.
    let ids = 2000..<2000 + depth
    let requests = ids.map {
      #"{"method":"Arith.Multiply","params":[{"A":\#($0),"B":8}],"id":\#($0)}"# + "\n"
    }
    self.requests = Array(requests.joined().utf8)
    self.answers = ids.map { #"{"id":\#($0),"result":\#($0 * 8),"error":null}"# }
    self.answerBytes = answers.map { $0.utf8.count + 1 }.reduce(0, +)
  }

  /// Makes so many calls, rounded down to whole batches.
  ///
  /// - Parameter calls: The number of calls.
  /// - Throws: A ``Failure`` when the answers are not what they should be.
  public func run(_ calls: Int) throws {
    for _ in 0..<calls / answers.count {
      try requests.withUnsafeBytes { try socket.send($0) }
      try check(try socket.receive(count: answerBytes))
    }
  }

  /// Looks at the texts of the first batch: what is measured is the server.
  private func check(_ bytes: UnsafeRawBufferPointer) throws {
    guard !isChecked else { return }
    isChecked = true
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard lines.sorted() == answers else { throw Failure("unexpected answers: \(lines)") }
  }
}
