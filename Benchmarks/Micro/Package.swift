// swift-tools-version: 6.2
import PackageDescription

// A package beside Benchmarks, because the benchmark library is only needed here.
let package = Package(
  name: "Micro",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "RPCKit", path: "../..", traits: ["Jansson"]),
    .package(name: "Benchmarks", path: ".."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    // Its traits count allocations by libraries that are not needed: make thresholds counts them.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Micro",
      dependencies: [
        .product(name: "RPCKit", package: "RPCKit"),
        .product(name: "Codecs", package: "RPCKit"),
        .product(name: "Workload", package: "Benchmarks"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Micro",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    )
  ]
)
