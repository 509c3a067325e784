// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what it depends on is nobody else's.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "RPCKit", path: ".."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    .executableTarget(
      name: "bench-server",
      dependencies: [
        .product(name: "RPCKit", package: "RPCKit"),
        .product(name: "Codecs", package: "RPCKit"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "bench-client",
      dependencies: [
        .product(name: "RPCKit", package: "RPCKit"),
        .product(name: "Codecs", package: "RPCKit"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
  ]
)
