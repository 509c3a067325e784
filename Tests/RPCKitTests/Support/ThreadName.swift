#if canImport(Darwin)
  import Darwin

  /// The name of the thread that asks.
  var threadName: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
      guard let base = name.baseAddress, pthread_getname_np(pthread_self(), base, 64) == 0 else { return "" }
      return String(cString: base)
    }
  }
#else
  import Foundation

  /// The name of the thread that asks, cut to fifteen bytes.
  var threadName: String {
    // Glibc's function for it is not among those that Swift imports.
    (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
  }
#endif
