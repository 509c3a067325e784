// swift-tools-version: 6.2
import PackageDescription

let features: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // What RPCKit's trait defines in its own targets; here it is always on.
  .define("Jansson"),
]

// A package of its own: a fuzzer has no `main`, and what is built here is instrumented as nothing else is.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [
    // Without TLS, which nothing here needs and which takes minutes to build.
    .package(name: "RPCKit", path: "..", traits: ["Jansson"]),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    .target(
      name: "FuzzTargets",
      dependencies: [
        .product(name: "RPCKit", package: "RPCKit"),
        .product(name: "Codecs", package: "RPCKit"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: features
    ),
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], swiftSettings: features),
    .executableTarget(
      name: "faults",
      dependencies: [
        .product(name: "RPCKit", package: "RPCKit"),
        .product(name: "Codecs", package: "RPCKit"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: features
    ),
  ]
)
