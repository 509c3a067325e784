import NIOCore
import RPCKit

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A socket without any library between the test and the system, for one thread.
///
/// Every operation gives up when the socket's time is over, so no test hangs.
final class RawSocket {
  /// What the other end did in the end.
  enum End: Sendable {
    /// It closed its output.
    case closed
    /// It threw the connection away.
    case reset
  }

  /// Everything that was received, and how it ended.
  struct Transcript: Sendable {
    var bytes: [UInt8]
    var end: End

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The lines without their line feeds.
    ///
    /// A last line that has none is not one.
    var lines: [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
  }

  private let descriptor: CInt
  private let deadline: ContinuousClock.Instant
  private var unread: [UInt8] = []
  private var isOpen = true

  /// Takes over a socket that exists.
  init(owning descriptor: CInt, within time: Duration = .seconds(30)) throws {
    self.descriptor = descriptor
    self.deadline = .now + time
    let flags = fcntl(descriptor, F_GETFL)
    try Self.check(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "fcntl")
  }

  /// Connects.
  convenience init(to endpoint: Endpoint, within time: Duration = .seconds(30)) throws {
    let address = try endpoint.socketAddress
    let descriptor = try Self.check(Self.makeSocket(of: address), "socket")
    do {
      let result = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
      try Self.check(result, "connect")
      try self.init(owning: descriptor, within: time)
    } catch {
      _ = systemClose(descriptor)
      throw error
    }
    if case .tcp = endpoint {
      // Each piece is to be a packet of its own.
      try set(option: TCP_NODELAY, level: CInt(IPPROTO_TCP), to: CInt(1))
    }
  }

  deinit { close() }

  /// A socket of the address's family.
  static func makeSocket(of address: SocketAddress) -> CInt {
    #if os(Linux)
      socket(CInt(address.protocol.rawValue), CInt(SOCK_STREAM.rawValue), 0)
    #else
      socket(CInt(address.protocol.rawValue), SOCK_STREAM, 0)
    #endif
  }

  // MARK: Sending

  /// Writes all bytes, in pieces.
  ///
  /// - Returns: How many of them the system took before the other end refused more.
  @discardableResult
  func send(_ bytes: [UInt8], in chunking: Chunking = .whole) throws -> Int {
    var sent = 0
    for piece in chunking.pieces(of: bytes) {
      var rest = piece
      while !rest.isEmpty {
        guard let count = try sendOnce(rest) else { return sent }
        sent += count
        rest = rest.dropFirst(count)
      }
    }
    return sent
  }

  @discardableResult
  func send(_ text: String, in chunking: Chunking = .whole) throws -> Int {
    try send(Array(text.utf8), in: chunking)
  }

  /// Says that nothing more will come: `shutdown(SHUT_WR)`, as `nc -N` does.
  func endOutput() {
    // A connection that is gone already needs no end.
    _ = shutdown(descriptor, CInt(SHUT_WR))
  }

  /// How many bytes went out with one write, or nil when the other end takes no more.
  private func sendOnce(_ bytes: ArraySlice<UInt8>) throws -> Int? {
    while true {
      let count = bytes.withUnsafeBytes { systemSend(descriptor, $0.baseAddress, $0.count, Self.noSignal) }
      if count >= 0 { return count }
      switch errno {
      case EAGAIN: try wait(for: POLLOUT)
      case EINTR: continue
      case EPIPE, ECONNRESET: return nil
      default: throw SocketFailure(operation: "send", code: errno)
      }
    }
  }

  // MARK: Receiving

  /// Everything until the other end is done.
  func readToEnd() throws -> Transcript {
    while true {
      if let end = try receive() { return Transcript(bytes: unread, end: end) }
    }
  }

  /// The next line, without its line feed.
  func readLine() throws -> String {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      if let end = try receive() { throw SocketEnded(after: unread, end: end) }
    }
  }

  /// Whether something comes, or the end, before a time is over.
  func hasInput(within time: Duration) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, CInt(time / .milliseconds(1))) > 0
  }

  /// Waits for bytes and keeps them, or says how the connection ended.
  private func receive() throws -> End? {
    try withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      while true {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 {
          unread.append(
            contentsOf: UnsafeMutableBufferPointer(rebasing: buffer.bindMemory(to: UInt8.self)[..<count])
          )
          return nil
        }
        if count == 0 { return .closed }
        switch errno {
        case EAGAIN: try wait(for: POLLIN)
        case EINTR: continue
        case ECONNRESET, EPIPE: return .reset
        default: throw SocketFailure(operation: "recv", code: errno)
        }
      }
    }
  }

  // MARK: Ending

  func close() {
    guard isOpen else { return }
    isOpen = false
    _ = systemClose(descriptor)
  }

  /// Throws the connection away, so that the other end sees a reset.
  func reset() throws {
    try set(option: SO_LINGER, level: SOL_SOCKET, to: linger(l_onoff: 1, l_linger: 0))
    close()
  }

  // MARK: System calls

  #if os(Linux)
    private static let noSignal = CInt(MSG_NOSIGNAL)
  #else
    private static let noSignal: CInt = 0
  #endif

  private func wait(for events: CInt) throws {
    let rest = deadline - .now
    guard rest > .zero else { throw SocketTimeOut(received: unread.count) }
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    let milliseconds = rest.components.seconds * 1000 + rest.components.attoseconds / 1_000_000_000_000_000
    _ = poll(&entry, 1, CInt(clamping: milliseconds + 1))
  }

  private func set<Value>(option: CInt, level: CInt, to value: Value) throws {
    let result = withUnsafeBytes(of: value) {
      setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
    }
    try Self.check(result, "setsockopt")
  }

  @discardableResult
  static func check(_ result: CInt, _ operation: String) throws -> CInt {
    guard result >= 0 else { throw SocketFailure(operation: operation, code: errno) }
    return result
  }
}

/// A system call that failed.
struct SocketFailure: Error, CustomStringConvertible {
  var operation: String
  var code: CInt

  var description: String { "\(operation): \(String(cString: strerror(code)))" }
}

/// The time of a socket was over before the other end did what was expected of it.
struct SocketTimeOut: Error {
  var received: Int
}

/// The connection ended where a line was expected.
struct SocketEnded: Error {
  var after: [UInt8]
  var end: RawSocket.End
}

extension Endpoint {
  /// The address of a socket that is listened on in these tests: numeric, or a path.
  var socketAddress: SocketAddress {
    get throws {
      switch self {
      case .tcp(let host, let port), .tls(let host, let port), .http(let host, let port, _):
        try SocketAddress(ipAddress: host, port: port)
      case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
      }
    }
  }
}

// The methods of ``RawSocket`` have the same names.
private func systemSend(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
  send(descriptor, bytes, count, flags)
}

private func systemClose(_ descriptor: CInt) -> CInt {
  close(descriptor)
}
