import Foundation

/// The programs of `Examples/go`, built once in each run of the tests by each Go that is asked for, beside the tests' own.
enum GoPrograms {
  static func server(by go: GoToolchain = .installed) async throws -> URL {
    try await program("server", by: go)
  }
  static func client(by go: GoToolchain = .installed) async throws -> URL {
    try await program("client", by: go)
  }
  static func gobClient() async throws -> URL { try await program("gobclient", by: .installed) }
  static func hello() async throws -> URL { try await program("hello", by: .installed) }
  static func comparison() async throws -> URL { try await program("comparison", by: .installed) }

  private static func program(_ name: String, by go: GoToolchain) async throws -> URL {
    let directory =
      switch go {
      case .installed: try await installed.value
      case .current: try await current.value
      case .currentWithJSONv1: try await currentWithJSONv1.value
      }
    return directory.appending(path: name)
  }

  private static let installed = Task { try await build(with: .installed, into: "go-programs") }
  private static let current = Task { try await build(with: .current, into: "go-programs-current") }
  private static let currentWithJSONv1 = Task {
    try await build(with: .currentWithJSONv1, into: "go-programs-current-v1")
  }

  private static func build(with go: GoToolchain, into name: String) async throws -> URL {
    let programs = Programs.directory.appending(path: name)
    let sources = Programs.packageDirectory.appending(path: "Examples/go")
    var environment = go.environment
    if ProcessInfo.processInfo.environment["HOME"] == nil {
      environment["GOCACHE"] = Programs.directory.appending(path: "go-cache").path
    }
    let build = try await run(
      go.peer.required(),
      ["build", "-o", programs.path + "/", "./server", "./client", "./gobclient", "./hello", "./comparison"],
      environment: environment,
      directory: sources
    )
    guard build.status == 0 else { throw BuildFailed(errors: build.errors) }
    return programs
  }

  struct BuildFailed: Error {
    var errors: String
  }
}
