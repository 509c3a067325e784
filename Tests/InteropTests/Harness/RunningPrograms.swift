import Foundation

/// What a program that has ended left behind.
struct Finished {
  /// The exit status, or, below zero, the number of the signal that ended it.
  var status: Int32
  var output: String
  var errors: String
}

/// Runs a program to its end.
///
/// - Parameters:
///   - executable: The program's file.
///   - arguments: Its arguments.
///   - input: The text for its standard input.
///   - environment: Variables in addition to those of the tests.
///   - directory: Where it runs, or nil for where the tests do.
/// - Returns: Its exit status and what it wrote.
/// - Throws: When the program cannot be started.
func run(
  _ executable: URL,
  _ arguments: [String],
  input: String = "",
  environment: [String: String] = [:],
  directory: URL? = nil
) async throws -> Finished {
  try await withTemporaryDirectory { scratch in
    let inputFile = scratch.appending(path: "input")
    try Data(input.utf8).write(to: inputFile)
    let child = try ChildProcess(
      executable,
      arguments,
      input: inputFile,
      environment: environment,
      directory: directory
    )
    async let output = text(of: child.output)
    async let errors = text(of: child.errors)
    let status = await child.exitStatus()
    return await Finished(status: status, output: output, errors: errors)
  }
}

/// Runs a server for as long as a closure takes, and kills it afterwards.
///
/// - Parameters:
///   - executable: The program's file.
///   - arguments: Its arguments.
///   - environment: Variables in addition to those of the tests.
///   - lines: Where its lines are read from; its standard output unless this says otherwise.
///   - mark: What the line that tells where it listens begins with, or has in it.
///   - isolation: Where the closure runs.
///   - body: What to do with it. It gets the rest of that line, and the running program.
/// - Returns: What the closure returns.
/// - Throws: What the closure throws, or ``NeverListened``.
@discardableResult
func withServer<Result>(
  _ executable: URL,
  _ arguments: [String],
  environment: [String: String] = [:],
  lines: KeyPath<ChildProcess, AsyncStream<Data>> = \.output,
  mark: String = "listening on ",
  isolation: isolated (any Actor)? = #isolation,
  body: (_ rest: String, _ server: ChildProcess) async throws -> Result
) async throws -> Result {
  let server = try ChildProcess(executable, arguments, environment: environment)
  defer { server.send(SIGKILL) }
  guard let rest = await line(with: mark, in: server[keyPath: lines]) else {
    throw NeverListened(program: executable.lastPathComponent)
  }
  return try await body(rest, server)
}

/// A server ended before it told where it listens.
struct NeverListened: Error {
  var program: String
}

/// Reads up to the first line that has a text in it, and answers what follows that text.
private func line(with mark: String, in chunks: AsyncStream<Data>) async -> String? {
  var text = ""
  for await chunk in chunks {
    text += String(decoding: chunk, as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let range = line.firstRange(of: mark) { return String(line[range.upperBound...]) }
    }
  }
  return nil
}

private func text(of chunks: AsyncStream<Data>) async -> String {
  let data = await chunks.reduce(into: Data()) { $0 += $1 }
  return String(decoding: data, as: UTF8.self)
}
