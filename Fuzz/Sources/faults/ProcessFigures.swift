import Foundation

/// What the system knows of a process. (Linux: proc(5))
struct ProcessFigures {
  let id: Int32

  /// The memory that is in use now, in bytes.
  var memory: Int { status("VmRSS:") }

  /// The most memory that has been in use since ``forgetPeak()``, in bytes.
  var peakMemory: Int { status("VmHWM:") }

  /// Begins a new peak.
  func forgetPeak() {
    // proc(5): 5 resets the peak resident set size.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/\(id)/clear_refs"))
  }

  /// How many descriptors are open.
  var descriptors: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count) ?? 0
  }

  /// The processor time used so far, in seconds.
  var processorTime: Double {
    let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
    // Behind the name, which may hold spaces: utime and stime are the 14th and 15th fields.
    let fields = stat.drop { $0 != ")" }.split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private func status(_ field: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
    return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 << 10 } ?? 0
  }

  /// Lets this process open as many descriptors as it may.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// Lets this process open so many descriptors.
  static func limitDescriptors(to count: Int) {
    var limit = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

extension Int {
  /// A size in mebibytes: `12.3 MiB`.
  var mebibytes: String { String(format: "%.1f MiB", Double(self) / 1_048_576) }
}
