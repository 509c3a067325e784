#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
import NIOCore

/// The file of a Unix socket that this process has bound.
struct SocketFile: Sendable {
  /// What stands in the way of a socket.
  enum Obstacle: Error, CustomStringConvertible {
    /// A file of another kind: also a symbolic link, wherever it leads.
    case notASocket

    var description: String {
      switch self {
      case .notASocket: "its file exists and is not a socket"
      }
    }
  }

  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Makes a socket with its file, which nobody can connect to yet.
  ///
  /// A socket on which nobody listens refuses everybody, so there is no moment at which the file has other permissions than
  /// it should and somebody gets in: it has them before the socket is listened on. The process's umask, which all threads
  /// share, is left alone.
  ///
  /// - Parameters:
  ///   - path: The file, whose length has been checked. A socket that nobody answers on is replaced; any other file is not.
  ///   - permissions: The file's, whatever the umask says.
  /// - Returns: The descriptor, which is the caller's to close, and the file.
  /// - Throws: An ``Obstacle``, or an `IOError` with what the system says: `EADDRINUSE` when somebody answers.
  static func bind(to path: String, permissions: UInt16) throws -> (descriptor: CInt, file: SocketFile) {
    try makeRoom(at: path)
    let descriptor = try makeSocket()
    do {
      let address = try SocketAddress(unixDomainSocketPath: path)
      try check("bind") { address.withSockAddr { systemBind(descriptor, $0, socklen_t($1)) } }
      return (descriptor, try SocketFile(boundTo: path, permissions: permissions))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Takes over a file that has just been made, or removes it.
  private init(boundTo path: String, permissions: UInt16) throws {
    do {
      try Self.check("chmod") { chmod(path, mode_t(permissions & 0o777)) }
      let status = try Self.status(of: path)
      (self.path, self.device, self.inode) = (path, status.st_dev, status.st_ino)
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Sets how many connections may wait to be accepted on a socket that is listened on already.
  static func setBacklog(_ backlog: CInt, of descriptor: CInt) {
    _ = listen(descriptor, backlog)
  }

  /// Removes the file, if it is still the one that was bound.
  ///
  /// Somebody may have taken it away and put another socket there, whose file is another inode as long as this socket is
  /// not closed.
  func remove() {
    guard let status = try? Self.status(of: path), status.st_dev == device, status.st_ino == inode else {
      return
    }
    unlink(path)
  }

  // MARK: Who was there before

  private static func makeRoom(at path: String) throws {
    let mode: mode_t
    do { mode = try status(of: path).st_mode } catch let error as IOError where error.errnoCode == ENOENT {
      return
    }
    guard mode & S_IFMT == S_IFSOCK else { throw Obstacle.notASocket }
    guard try !somebodyAnswers(at: path) else { throw IOError(errnoCode: EADDRINUSE, reason: "bind") }
    unlink(path)
  }

  /// Whether anything but a refusal comes of connecting: also a queue that is full, and a socket of another type.
  private static func somebodyAnswers(at path: String) throws -> Bool {
    let descriptor = try makeSocket()
    defer { close(descriptor) }
    let flags = fcntl(descriptor, F_GETFL)
    try check("fcntl") { fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    let address = try SocketAddress(unixDomainSocketPath: path)
    let result = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
    return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
  }

  // MARK: The system

  private static func makeSocket() throws -> CInt {
    let descriptor = try check("socket") { socket(AF_UNIX, SystemConstants.streamSocket, 0) }
    // Programs that are started from this one have no use for it.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  /// Of the file itself: a symbolic link is not followed.
  private static func status(of path: String) throws -> stat {
    var status = stat()
    try check("lstat") { lstat(path, &status) }
    return status
  }

  @discardableResult
  private static func check(_ operation: String, _ call: () -> CInt) throws -> CInt {
    let result = call()
    guard result >= 0 else { throw IOError(errnoCode: errno, reason: operation) }
    return result
  }
}

// The method has the same name.
private func systemBind(_ descriptor: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> CInt {
  bind(descriptor, address, length)
}
