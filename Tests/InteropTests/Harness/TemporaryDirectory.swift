import Foundation

/// Gives a closure a fresh directory, and removes it afterwards.
///
/// Its path is short: a Unix socket's may have 103 bytes at most.
func withTemporaryDirectory<Result>(
  isolation: isolated (any Actor)? = #isolation,
  body: (URL) async throws -> Result
) async throws -> Result {
  let name = "rpckit-" + String(UInt64.random(in: 0 ... .max), radix: 36)
  let directory = URL(filePath: "/tmp", directoryHint: .isDirectory).appending(path: name)
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: directory) }
  return try await body(directory)
}
