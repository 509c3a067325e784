#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The file behind a Unix domain socket.
enum SocketPath {
  /// How many bytes a path may have: one less than `sun_path`, for its NUL.
  static let maximumBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// Removes the file of a socket that is no longer listened on.
  ///
  /// A file that is not there is nobody's loss.
  static func remove(_ path: String) {
    unlink(path)
  }
}
