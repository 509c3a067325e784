#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Constants of the system whose types differ from one C library to the next.
enum SystemConstants {
  #if canImport(Glibc)
    static let streamSocket = CInt(SOCK_STREAM.rawValue)
    static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    static let streamSocket = CInt(SOCK_STREAM)
    static let openFiles = RLIMIT_NOFILE
  #endif
}
