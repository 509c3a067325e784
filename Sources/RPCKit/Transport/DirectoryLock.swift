#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Keeps two servers that start at the same time from replacing each other's Unix sockets.
///
/// A socket that has been bound and is not listened on yet looks like one that a dead server left behind. So whoever
/// looks at a directory's sockets and puts one there holds the directory's lock meanwhile, which the system releases with
/// the process.
struct DirectoryLock: Sendable {
  /// How long it is waited for.
  ///
  /// No server takes so long to start, so whoever has it for longer has it for something else.
  private static let patience = Duration.seconds(1)

  private let descriptor: CInt?

  /// Takes the lock of the directory that a file is in, if it can be had.
  init(ofDirectoryOf path: String) async {
    let descriptor = open(Self.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      // A directory that may not be read has no lock for us.
      self.descriptor = nil
      return
    }
    self.descriptor = descriptor
    let end = ContinuousClock.now + Self.patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, .now < end {
      // A task that is cancelled does not wait.
      guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
    }
  }

  func release() {
    if let descriptor { close(descriptor) }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
