import Foundation

/// This package's own programs, which the package manager builds beside the tests.
enum Programs {
  static let netrpc = directory.appending(path: "netrpc")
  static let arithServer = directory.appending(path: "arith-server")
  static let arithClient = directory.appending(path: "arith-client")
  static let hello = directory.appending(path: "hello")
  static let frameCodec = directory.appending(path: "frame-codec")
  static let slowServer = directory.appending(path: "slow-server")

  /// Where products are built.
  static let directory: URL = {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
      return bundle.bundleURL.deletingLastPathComponent()
    #else
      return Bundle.main.bundleURL
    #endif
  }()

  /// Where `Package.swift` is.
  static let packageDirectory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
