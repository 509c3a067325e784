import Foundation

/// A TCP socket on the loopback interface without any library, which blocks for a minute at most.
struct RawSocket: Sendable {
  let descriptor: CInt

  /// Connects.
  init(connectingTo port: Int) throws {
    descriptor = try Self.make()
    var address = Self.address(port: port)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let reason = String(cString: strerror(errno))
      close()
      throw Failure("connect: \(reason)")
    }
    set(TCP_NODELAY, level: CInt(IPPROTO_TCP), to: CInt(1))
    setTimeout(seconds: 60)
  }

  fileprivate init(accepted descriptor: CInt) {
    self.descriptor = descriptor
    setTimeout(seconds: 60)
  }

  fileprivate static func make() throws -> CInt {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure("socket: \(String(cString: strerror(errno)))") }
    return descriptor
  }

  fileprivate static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
  }

  /// How long an operation blocks.
  func setTimeout(seconds: Int) {
    set(SO_RCVTIMEO, level: SOL_SOCKET, to: timeval(tv_sec: seconds, tv_usec: 0))
    set(SO_SNDTIMEO, level: SOL_SOCKET, to: timeval(tv_sec: seconds, tv_usec: 0))
  }

  /// Sends bytes.
  ///
  /// - Returns: How many of them the system took before the other end refused more or the time was over.
  @discardableResult
  func send(_ bytes: some Collection<UInt8>) -> Int {
    let whole = Array(bytes)
    var sent = 0
    while sent < whole.count {
      let count = whole.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
        return Glibc.send(descriptor, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return sent }
      sent += count
    }
    return sent
  }

  @discardableResult
  func send(_ text: String) -> Int { send(text.utf8) }

  /// What has come, or nil when nothing more will, or not in time.
  func receive(atMost count: Int = 64 << 10) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      repeat {
        initialized = max(0, recv(descriptor, buffer.baseAddress, count, 0))
      } while initialized == 0 && errno == EINTR
    }
    return bytes.isEmpty ? nil : bytes
  }

  /// Everything until the other end is done.
  func readToEnd() -> [UInt8] {
    var bytes: [UInt8] = []
    while let more = receive() { bytes += more }
    return bytes
  }

  /// Sends something, and nothing more, and returns all that comes back.
  func converse(_ bytes: some Collection<UInt8>) -> [UInt8] {
    send(bytes)
    endOutput()
    return readToEnd()
  }

  /// Says that nothing more will come.
  func endOutput() { shutdown(descriptor, CInt(SHUT_WR)) }

  func close() { Glibc.close(descriptor) }

  /// Throws the connection away, so that the other end sees a reset.
  func reset() {
    set(SO_LINGER, level: SOL_SOCKET, to: linger(l_onoff: 1, l_linger: 0))
    close()
  }

  private func set<Value>(_ option: CInt, level: CInt, to value: Value) {
    withUnsafeBytes(of: value) {
      _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
    }
  }
}

/// Takes lines from a socket.
struct LineReader {
  private let socket: RawSocket
  private var bytes: [UInt8] = []
  private var position = 0

  init(_ socket: RawSocket) {
    self.socket = socket
  }

  /// The next line, without its line feed, or nil when none comes.
  mutating func next() -> [UInt8]? {
    var searched = position
    while true {
      if let end = bytes[searched...].firstIndex(of: 0x0A) {
        defer { position = end + 1 }
        return Array(bytes[position..<end])
      }
      bytes.removeSubrange(..<position)
      position = 0
      searched = bytes.count
      guard let more = socket.receive() else { return nil }
      bytes += more
    }
  }
}

/// A socket that is listened on, for peers that are not RPCKit.
struct ListeningSocket: Sendable {
  let port: Int
  private let descriptor: CInt

  init() throws {
    let descriptor = try RawSocket.make()
    var address = RawSocket.address(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) | listen(descriptor, 64) | getsockname(descriptor, $0, &length)
      }
    }
    guard result == 0 else { throw Failure("listen: \(String(cString: strerror(errno)))") }
    self.descriptor = descriptor
    port = Int(in_port_t(bigEndian: address.sin_port))
  }

  /// Waits for a connection.
  func accept() throws -> RawSocket {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { throw Failure("accept: \(String(cString: strerror(errno)))") }
    return RawSocket(accepted: accepted)
  }

  func close() { Glibc.close(descriptor) }
}

/// Runs something that blocks on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}
