import Foundation

/// A program that a test runs: its input comes from a file, its output is collected on threads of its own.
final class ChildProcess: Sendable {
  private let process: Process
  private let exits: AsyncStream<Int32>

  /// What the program writes, as it comes; each of the two can be read once.
  let output: AsyncStream<Data>
  let errors: AsyncStream<Data>

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: The program's file.
  ///   - arguments: Its arguments.
  ///   - input: A file for its standard input, which is empty without one.
  ///   - environment: Variables in addition to those of the tests.
  ///   - directory: Where it runs, or nil for where the tests do.
  /// - Throws: When the program cannot be started.
  init(
    _ executable: URL,
    _ arguments: [String],
    input: URL? = nil,
    environment: [String: String] = [:],
    directory: URL? = nil
  ) throws {
    let process = Process()
    let outputPipe = Pipe()
    let errorPipe = Pipe()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = directory }
    process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
    process.standardOutput = outputPipe
    process.standardError = errorPipe

    let (exits, exit) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { process in
      exit.yield(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
      exit.finish()
    }
    try process.run()
    self.process = process
    self.exits = exits
    self.output = Self.chunks(of: outputPipe.fileHandleForReading)
    self.errors = Self.chunks(of: errorPipe.fileHandleForReading)
  }

  /// Reads on a thread, because reading blocks.
  private static func chunks(of handle: FileHandle) -> AsyncStream<Data> {
    AsyncStream { continuation in
      Thread.detachNewThread {
        while case let chunk = handle.availableData, !chunk.isEmpty { continuation.yield(chunk) }
        continuation.finish()
      }
    }
  }

  /// Waits for the end; cancelling the waiting task kills the program.
  ///
  /// - Returns: The exit status, or, below zero, the number of the signal that ended it.
  func exitStatus() async -> Int32 {
    await withTaskCancellationHandler {
      await exits.first { _ in true } ?? -SIGKILL
    } onCancel: {
      send(SIGKILL)
    }
  }

  /// Sends a signal to this one process, if it still runs.
  func send(_ signal: Int32) {
    guard process.isRunning else { return }
    kill(process.processIdentifier, signal)
  }
}
