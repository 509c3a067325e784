#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The file descriptors of the process.
enum FileDescriptors {
  /// Whether a new descriptor would be one of the last: the system gives out the lowest that is free.
  static var areScarce: Bool {
    let descriptor = socket(AF_UNIX, SystemConstants.streamSocket, 0)
    guard descriptor >= 0 else { return true }
    close(descriptor)
    return rlim_t(descriptor) >= limit - min(limit / 4, 32)
  }

  /// How many descriptors the process may have.
  private static var limit: rlim_t {
    var limit = rlimit()
    return getrlimit(SystemConstants.openFiles, &limit) == 0 ? limit.rlim_cur : rlim_t.max
  }
}
