#if Jansson && os(Linux)
  import Foundation
  import Synchronization
  import Testing

  /// jansson reads and prints numbers by the process's locale, where a comma may be the decimal point.
  ///
  /// RPCKit does not.
  ///
  /// The locale is the process's, so a process of its own is used: this test program again, with one test that runs
  /// only there.
  @Suite struct JanssonLocaleTests {
    private static let marker = "RPCKIT_LOCALE_TEST"

    @Test func `numbers are the same in a locale with a decimal comma`() async throws {
      guard ProcessInfo.processInfo.environment[Self.marker] == nil else { return }
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "rpckit-\(UUID().uuidString)"
      )
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let locale = folder.appendingPathComponent("de_DE.UTF-8").path
      try #require(
        try await Self.run("/usr/bin/localedef", ["-i", "de_DE", "-f", "UTF-8", locale], [:]).status == 0,
        "localedef cannot make the locale de_DE.UTF-8, which this test needs (package locales)"
      )

      let result = try await Self.run(
        CommandLine.arguments[0],
        Self.arguments(filter: "JanssonLocaleTests"),
        [Self.marker: "1", "LOCPATH": folder.path]
      )

      #expect(result.status == 0, "\(result.output)")
      #expect(result.output.contains("decimal point is a comma"), "\(result.output)")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment[marker] != nil))
    func `in the other process: every number comes through while the locale changes`() throws {
      try #require(setlocale(LC_ALL, "de_DE.UTF-8") != nil)
      #expect(
        String(format: "%.1f", locale: nil, 1.5) != "" && localeconv().pointee.decimal_point.pointee == 44
      )
      print("decimal point is a comma")
      try Self.roundTrip()

      let isDone = Flag()
      let toggler = Thread {
        while !isDone.value {
          setlocale(LC_ALL, "C")
          setlocale(LC_ALL, "de_DE.UTF-8")
        }
      }
      toggler.start()
      defer { isDone.value = true }
      for _ in 0..<20_000 { try Self.roundTrip() }
    }

    private static func roundTrip() throws {
      let numbers = [0.1, 1.5, -2.25e-7, 1e300, 0.30000000000000004]
      let json = try Engine.jansson.encode(numbers)
      guard json == "[0.1,1.5,-2.25e-07,1e+300,0.30000000000000004]",
        try Engine.jansson.decode(json, as: [Double].self) == numbers,
        try Engine.jansson.decode("[1.5,2.0]", as: [Decimal].self) == [1.5, 2],
        (try? Engine.jansson.decode("[1.5.5]", as: [Double].self)) == nil
      else {
        Issue.record("wrong in this locale: \(json)")
        throw CancellationError()
      }
    }

    /// The arguments by which this process runs only some tests: its own, with another filter.
    private static func arguments(filter: String) -> [String] {
      var arguments = Array(CommandLine.arguments.dropFirst())
      while let index = arguments.firstIndex(of: "--filter"), index + 1 < arguments.count {
        arguments.removeSubrange(index...index + 1)
      }
      return arguments + ["--filter", filter]
    }

    private static func run(
      _ program: String,
      _ arguments: [String],
      _ environment: [String: String]
    ) async throws -> (status: Int32, output: String) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      return try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
          do {
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            continuation.resume(
              returning: (process.terminationStatus, String(decoding: output, as: UTF8.self))
            )
          } catch {
            continuation.resume(throwing: error)
          }
        }
      }
    }
  }

  /// A Boolean that two threads share.
  private final class Flag: Sendable {
    private let storage = Mutex(false)
    var value: Bool {
      get { storage.withLock { $0 } }
      set { storage.withLock { $0 = newValue } }
    }
  }
#endif
