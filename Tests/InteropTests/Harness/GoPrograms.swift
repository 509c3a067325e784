import Foundation

/// The programs of `Examples/go`, built once in each run of the tests, beside the tests' own.
enum GoPrograms {
  static func server() async throws -> URL { try await built.value.appending(path: "server") }
  static func client() async throws -> URL { try await built.value.appending(path: "client") }
  static func gobClient() async throws -> URL { try await built.value.appending(path: "gobclient") }

  static func hello() async throws -> URL { try await built.value.appending(path: "hello") }
  static func comparison() async throws -> URL { try await built.value.appending(path: "comparison") }

  private static let built = Task { try await build() }

  private static func build() async throws -> URL {
    let programs = Programs.directory.appending(path: "go-programs")
    let sources = Programs.packageDirectory.appending(path: "Examples/go")
    var environment = ["GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"]
    if ProcessInfo.processInfo.environment["HOME"] == nil {
      environment["GOCACHE"] = Programs.directory.appending(path: "go-cache").path
    }
    let build = try await run(
      Peer.go.required(),
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
