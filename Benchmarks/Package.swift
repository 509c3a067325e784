// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what it depends on is nobody else's.

let strict: [SwiftSetting] =
  Context.environment["RPCKIT_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]
let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + strict
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let rpcKit = Target.Dependency.product(name: "RPCKit", package: "RPCKit")
let codecs = Target.Dependency.product(name: "Codecs", package: "RPCKit")

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  products: [.library(name: "Workload", targets: ["Workload"])],
  dependencies: [
    // Without TLS, which would double what is built.
    .package(name: "RPCKit", path: "..", traits: ["Jansson"]),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    // What every program here serves or calls, and the one list of engines.
    .target(
      name: "Workload",
      dependencies: [rpcKit, codecs, nioCore, nioPosix],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "bench-server",
      dependencies: ["Workload", rpcKit, nioPosix, argumentParser],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "bench-client",
      dependencies: ["Workload", rpcKit, argumentParser],
      swiftSettings: settings
    ),
    .executableTarget(name: "bench-echo", dependencies: [nioCore, nioPosix], swiftSettings: settings),
    // A fixed number of calls, for those who count: make thresholds.
    .executableTarget(name: "bench-count", dependencies: ["Workload"], swiftSettings: settings),
    .executableTarget(
      name: "bench-coders",
      dependencies: ["Workload", rpcKit, nioCore, argumentParser],
      swiftSettings: settings
    ),
  ]
)
