import NIOCore
import NIOEmbedded

@testable import Codecs
@testable import RPCKit

/// Both ends of CONNECT say the same whatever the pieces, answer a head once, and lose nothing that stands behind it.
enum HTTPTarget {
  static func check(_ input: [UInt8]) throws(Finding) {
    try checkServer(input)
    try checkClient(input)
  }

  // MARK: The server's end

  private static func checkServer(_ input: [UInt8]) throws(Finding) {
    let engine = Engine.foundation
    let whole = FuzzedServer.replies(to: [input[...]], engine.codec, .connect())
    let inPieces = FuzzedServer.replies(to: Pieces(of: input).slices(of: input), engine.codec, .connect())
    try ServerTarget.expectSame(whole, inPieces, "whole and in pieces")

    guard let first = input.first, (0x41...0x5A).contains(first) else {
      return try ServerTarget.checkReplies(whole, to: input, engine)
    }
    let greeting = Array(RPCConnect.response.utf8)
    if whole.starts(with: greeting) {
      let behind = input.dropFirst(try headLength(of: input))
      try ServerTarget.checkReplies(Array(whole.dropFirst(greeting.count)), to: Array(behind), engine)
    } else if !whole.isEmpty {
      try checkResponse(ServerTarget.text(whole))
    }
  }

  /// What the head takes up that was accepted.
  private static func headLength(of input: [UInt8]) throws(Finding) -> Int {
    var rest = ByteBuffer(bytes: input)
    guard let request = try? HTTPRequest.read(from: &rest), request.method == "CONNECT",
      request.path == RPCConnect.defaultPath
    else { throw Finding("connected without CONNECT") }
    return input.count - rest.readableBytes
  }

  private static func checkResponse(_ text: String) throws(Finding) {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, text.hasPrefix("HTTP/1.1 4"), parts[0].hasSuffix("\r\nConnection: close"),
      parts[0].contains("\r\nContent-Length: \(parts[1].utf8.count)\r\n") || parts[1].isEmpty
    else { throw Finding("a response of its own kind: \(text)") }
  }

  // MARK: The client's end

  /// How a client that asked for a connection fares, and what it hands on to RPC.
  private struct Handshake: Equatable {
    var result: String?
    var behind: [UInt8]
  }

  private static func checkClient(_ input: [UInt8]) throws(Finding) {
    let whole = shakeHands([input[...]])
    let inPieces = shakeHands(Pieces(of: input).slices(of: input))
    try Finding.expectSame(whole, inPieces, "the client, whole and in pieces")
    guard input.suffix(whole.behind.count) == whole.behind[...] else {
      throw Finding("handed on what did not come: \(whole.behind)")
    }
  }

  private static func shakeHands(_ pieces: [ArraySlice<UInt8>]) -> Handshake {
    let channel = EmbeddedChannel()
    let connected = channel.eventLoop.makePromise(of: Void.self)
    let result = NIOLoopBoundBox<String?>(nil, eventLoop: channel.eventLoop)
    connected.futureResult.whenComplete { result.value = "\($0)" }
    let handler = HTTPConnectHandler(path: RPCConnect.defaultPath, connected: connected)
    var handshake = Handshake(result: nil, behind: [])
    do {
      try channel.pipeline.syncOperations.addHandler(handler)
      channel.connect(to: try SocketAddress(unixDomainSocketPath: "/fuzz"), promise: nil)
      for piece in pieces { try channel.writeInbound(ByteBuffer(bytes: piece)) }
      handshake.result = result.value
      // Whoever has agreed is followed by the RPC client.
      if handshake.result == "\(Result<Void, any Error>.success(()))" {
        channel.pipeline.syncOperations.removeHandler(handler, promise: nil)
        channel.embeddedEventLoop.run()
        while let rest = try channel.readInbound(as: ByteBuffer.self) {
          handshake.behind += rest.readableBytesView
        }
      }
    } catch {
      handshake.result = "\(error)"
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return handshake
  }
}
