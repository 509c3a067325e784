import NIOCore
import RPCKit

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A server without any library: it accepts one connection and does with it what a test says.
struct ScriptedServer: Sendable {
  var endpoint: Endpoint

  /// Listens, runs the script on the first connection, and the test beside it.
  ///
  /// - Returns: What the script and the test returned.
  static func run<Played: Sendable, Result: Sendable>(
    on socket: SocketKind,
    script: @escaping @Sendable (RawSocket) throws -> Played,
    test: (ScriptedServer) async throws -> Result
  ) async throws -> (script: Played, test: Result) {
    let listening = try ListeningSocket(on: socket.freshEndpoint())
    async let played = SocketThreads.run {
      defer { listening.close() }
      return try script(try listening.accept())
    }
    let result = try await test(ScriptedServer(endpoint: listening.endpoint))
    return (try await played, result)
  }
}

/// A socket that is listened on, for one connection.
private struct ListeningSocket: Sendable {
  let endpoint: Endpoint
  private let descriptor: CInt

  init(on wanted: Endpoint) throws {
    let address = try wanted.socketAddress
    let descriptor = try RawSocket.check(RawSocket.makeSocket(of: address), "socket")
    do {
      let result = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
      try RawSocket.check(result, "bind")
      try RawSocket.check(listen(descriptor, 8), "listen")
      self.endpoint = try Self.bound(wanted, descriptor)
    } catch {
      _ = systemClose(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  /// Waits for the one connection.
  func accept() throws -> RawSocket {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 30_000) == 1 else { throw SocketTimeOut(received: 0) }
    return try RawSocket(owning: RawSocket.check(systemAccept(descriptor), "accept"))
  }

  func close() {
    _ = systemClose(descriptor)
    if case .unix(let path) = endpoint { unlink(path) }
  }

  /// The endpoint with the port that the system chose.
  private static func bound(_ wanted: Endpoint, _ descriptor: CInt) throws -> Endpoint {
    guard case .tcp(let host, _) = wanted else { return wanted }
    // The port's two bytes follow the family's in every system's address.
    var address = [UInt8](repeating: 0, count: 128)
    var length = socklen_t(address.count)
    let result = address.withUnsafeMutableBytes { bytes in
      getsockname(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
    }
    try RawSocket.check(result, "getsockname")
    return .tcp(host, port: Int(address[2]) << 8 | Int(address[3]))
  }
}

// The methods of `ListeningSocket` have the same names.
private func systemAccept(_ descriptor: CInt) -> CInt { accept(descriptor, nil, nil) }
private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }
