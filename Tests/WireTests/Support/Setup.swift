import Foundation
import RPCKit
import Testing

/// How bytes are cut before they are written to a socket.
enum Chunking: Int, Sendable, CaseIterable {
  case whole = 0
  case singleBytes = 1
  case threeBytes = 3

  /// The bytes in pieces, in their order.
  func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    guard self != .whole else { return [bytes[...]] }
    return stride(from: 0, to: bytes.count, by: rawValue).map { bytes[$0..<min($0 + rawValue, bytes.count)] }
  }
}

/// What kind of socket carries the bytes.
enum SocketKind: String, Sendable, CaseIterable {
  case tcp
  case unix

  /// A place to listen that nobody else has.
  func freshEndpoint() -> Endpoint {
    switch self {
    case .tcp: .tcp("127.0.0.1", port: 0)
    // The system's temporary directory may be too long for a socket's path.
    case .unix: .unix("/tmp/rpckit-\(UUID().uuidString.prefix(13)).sock")
    }
  }
}

/// One way to run a test: with which engine, over which kind of socket, in which pieces.
struct Setup: Sendable, Hashable, CustomTestStringConvertible {
  var engine: Engine
  var socket: SocketKind
  var chunking = Chunking.whole

  var testDescription: String { "\(engine.name), \(socket), \(chunking)" }

  /// Every engine, over every kind of socket, in one piece.
  static let whole = all.filter { $0.chunking == .whole }

  /// Every combination.
  static let all: [Setup] = Engine.all.flatMap { engine in
    SocketKind.allCases.flatMap { socket in
      Chunking.allCases.map { Setup(engine: engine, socket: socket, chunking: $0) }
    }
  }
}
