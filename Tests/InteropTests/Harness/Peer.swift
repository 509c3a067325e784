import Foundation
import Testing

/// A program of somebody else's that the tests talk with.
enum Peer: String, Sendable {
  case go
  /// A Go newer than Debian's, which `Scripts/setup test` fetches from PyPI.
  case currentGo = ".build-go/bin/go"
  case netcat = "nc"
  case curl
  case openssl
  case chromium
  case haproxy
  case ovsAppctl = "ovs-appctl"
  case ovsdbServer = "ovsdb-server"
  case ovsdbTool = "ovsdb-tool"

  /// Where the program is: `RPCKIT_GO` names a Go toolchain, a current one lies in the package's directory, everything else is found on the path.
  var executable: URL? {
    let environment = ProcessInfo.processInfo.environment
    if self == .go, let chosen = environment["RPCKIT_GO"] {
      return FileManager.default.isExecutableFile(atPath: chosen) ? URL(filePath: chosen) : nil
    }
    if self == .currentGo {
      let fetched = Programs.packageDirectory.appending(path: rawValue)
      return FileManager.default.isExecutableFile(atPath: fetched.path) ? fetched : nil
    }
    let path = environment["PATH"] ?? "/usr/bin:/bin"
    // Debian keeps daemons where an ordinary user's path does not look.
    return (path.split(separator: ":") + ["/usr/sbin", "/usr/local/sbin"])
      .map { URL(filePath: String($0)).appending(path: rawValue) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// The program's file, for a test that has declared that it needs the peer.
  func required() throws -> URL {
    guard let executable else { throw MissingPeer(name: rawValue) }
    return executable
  }
}

/// A program that a test needs is not on this machine.
struct MissingPeer: Error, CustomStringConvertible {
  var name: String

  var description: String { "\(name) is not on this machine; Scripts/setup test installs it" }
}

extension Trait where Self == ConditionTrait {
  /// Skips the tests, loudly, where a peer is missing, and lets them fail in CI or where `RPCKIT_REQUIRE_PEERS` is set.
  static func needs(_ peers: Peer...) -> Self {
    .enabled("a peer is missing; Scripts/setup test installs it") {
      guard let missing = peers.first(where: { $0.executable == nil }) else { return true }
      let error = MissingPeer(name: missing.rawValue)
      let environment = ProcessInfo.processInfo.environment
      if environment["CI"] != nil || environment["RPCKIT_REQUIRE_PEERS"] != nil { throw error }
      FileHandle.standardError.write(Data("warning: tests are skipped: \(error)\n".utf8))
      return false
    }
  }
}
