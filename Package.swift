// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where RPCKIT_STRICT is set, as in `make lint` and CI: a newer compiler's new warning stops nobody else.
let strict: [SwiftSetting] =
  Context.environment["RPCKIT_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let features: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + strict

let package = Package(
  name: "RPCKit",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "RPCKit", targets: ["RPCKit"]),
    .library(name: "Codecs", targets: ["Codecs"]),
    .executable(name: "netrpc", targets: ["netrpc"]),
  ],
  traits: [
    .trait(name: "Jansson", description: "The JSON engine on libjansson, found by pkg-config."),
    .trait(name: "TLS", description: "Endpoints tls://host:port, on swift-nio-ssl."),
    .default(enabledTraits: ["Jansson", "TLS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CJansson",
      pkgConfig: "jansson",
      providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]
    ),
    .target(
      name: "RPCKit",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio", condition: .when(traits: ["TLS"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: features
    ),
    .target(
      name: "Codecs",
      dependencies: [
        "RPCKit",
        .target(name: "CJansson", condition: .when(traits: ["Jansson"])),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: features
    ),
    .executableTarget(
      name: "netrpc",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: features
    ),
    .executableTarget(
      name: "hello",
      dependencies: ["RPCKit", "Codecs"],
      path: "Examples/hello",
      swiftSettings: features
    ),
    .executableTarget(
      name: "arith-server",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      path: "Examples/arith-server",
      swiftSettings: features
    ),
    .executableTarget(
      name: "arith-client",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/arith-client",
      swiftSettings: features
    ),
    .executableTarget(
      name: "failover",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/failover",
      exclude: ["haproxy.cfg"],
      swiftSettings: features
    ),
    .target(
      name: "FrameCodec",
      dependencies: ["RPCKit", .product(name: "NIOCore", package: "swift-nio")],
      path: "Examples/frame-codec",
      exclude: ["FrameCodecDemo.swift"],
      swiftSettings: features
    ),
    .executableTarget(
      name: "frame-codec",
      dependencies: ["RPCKit", "FrameCodec"],
      path: "Examples/frame-codec",
      exclude: ["FrameCodec.swift"],
      swiftSettings: features
    ),
    .executableTarget(
      name: "slow-server",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      path: "Tests/slow-server",
      swiftSettings: features
    ),
    .target(
      name: "TestSupport",
      dependencies: [.product(name: "Logging", package: "swift-log")],
      path: "Tests/TestSupport",
      swiftSettings: features
    ),
    .testTarget(
      name: "RPCKitTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
      ],
      swiftSettings: features
    ),
    .testTarget(
      name: "CodecsTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        .target(name: "CJansson", condition: .when(traits: ["Jansson"])),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: features
    ),
    .testTarget(
      name: "FuzzReplayTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: features
    ),
    .testTarget(
      name: "HTTPTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        "TestSupport",
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      swiftSettings: features
    ),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: features
    ),
    .testTarget(
      name: "InteropTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        "TestSupport",
        "FrameCodec",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
        .product(name: "Logging", package: "swift-log"),
        // The programs that are run.
        "netrpc",
        "hello",
        "arith-server",
        "arith-client",
        "failover",
        "frame-codec",
        "slow-server",
      ],
      swiftSettings: features
    ),
    .testTarget(
      name: "WireTests",
      dependencies: [
        "RPCKit",
        "Codecs",
        "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: features
    ),
  ]
)
