import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import Codecs
@testable import RPCKit

/// A client completes each call exactly once, whatever a server sends and in whatever pieces.
enum ClientTarget {
  private static let calls = 3

  static func check(_ input: [UInt8], _ engine: Engine) throws(Finding) {
    let whole = converse([input[...]], engine)
    let inPieces = converse(Pieces(of: input).slices(of: input), engine)

    try Finding.expectSame(whole.results, inPieces.results, "whole and in pieces, with \(engine.name)")
    // What ends the connection takes with it the answers that were not written yet.
    guard inPieces.sent.starts(with: whole.sent) else {
      throw Finding(
        "sent \(ServerTarget.text(whole.sent)), but in pieces \(ServerTarget.text(inPieces.sent))"
      )
    }
    for (index, results) in whole.results.enumerated() where results.count != 1 {
      throw Finding("call \(index) was completed \(results.count) times, with \(engine.name)")
    }
    try checkOutput(whole.sent, engine)
  }

  /// What came of a conversation.
  private struct Ends {
    /// Of each call, each time it was completed.
    var results: [[String]]
    var sent: [UInt8]
  }

  private static func converse(_ pieces: [ArraySlice<UInt8>], _ engine: Engine) -> Ends {
    let channel = EmbeddedChannel()
    let start = ConnectionStart()
    let outbox = CallOutbox(eventLoop: channel.eventLoop, maximumInFlight: calls) {
      start.connection?.value.writeRequests()
    }
    let connection = ClientConnection(
      codec: engine.codec,
      configuration: ClientConfiguration(),
      outbox: outbox,
      logger: .silent
    )
    let calls = (0..<Self.calls).map { _ in CountingCall() }
    var sent: [UInt8] = []
    // Whatever is thrown is the channel's way to say that it has closed.
    do {
      channel.connect(to: try SocketAddress(unixDomainSocketPath: "/fuzz"), promise: nil)
      start.begin(connection, on: channel, maximumUnwrittenBytes: 1 << 20)
      let argument = Body(bytes: ByteBuffer(string: "1"), coder: engine.codec.coder)
      for call in calls { _ = try outbox.insert(call, "S.M", argument, waits: true) }
      channel.embeddedEventLoop.run()
      for piece in pieces {
        try channel.writeInbound(ByteBuffer(bytes: piece))
        channel.embeddedEventLoop.run()
      }
    } catch {}
    while let output = try? channel.readOutbound(as: ByteBuffer.self) { sent += output.readableBytesView }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return Ends(results: calls.map(\.results), sent: sent)
  }

  /// Three requests, and an answer to each request of the server's: lines of JSON all of them.
  private static func checkOutput(_ sent: [UInt8], _ engine: Engine) throws(Finding) {
    let lines = sent.split(separator: .newline)
    guard lines.count >= calls, sent.last == .newline else {
      throw Finding("sent: \(ServerTarget.text(sent))")
    }
    for line in lines {
      let limits = MessageLimits(maximumBytes: .max, maximumDepth: MessageLimits.depthCap)
      guard (try? Body(json: line, coder: engine.codec.coder, limits: limits)) != nil else {
        throw Finding("sent what is no JSON: \(ServerTarget.text(Array(line)))")
      }
    }
  }
}

/// A call that notes each time it is completed.
private final class CountingCall: PendingCall {
  let deadline = CallDeadline(after: .seconds(60))
  private let noted = Mutex<[String]>([])

  var results: [String] { noted.withLock { $0 } }

  func complete(_ result: Result<Body, RPCError>) {
    let text =
      switch result {
      case .success(let body): String(buffer: body.bytes)
      case .failure(let error): "\(error)"
      }
    noted.withLock { $0.append(text) }
  }
}
