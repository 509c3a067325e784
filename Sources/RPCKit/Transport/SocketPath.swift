#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The path of a Unix domain socket's file.
enum SocketPath {
  /// How many bytes a path may have: one less than `sun_path`, for its NUL.
  static let maximumBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
}
