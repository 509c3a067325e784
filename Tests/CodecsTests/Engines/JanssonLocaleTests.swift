#if Jansson && os(Linux)
  import Foundation
  import Synchronization
  import Testing

  /// jansson reads and prints numbers by the process's locale, where a comma may be the decimal point.
  ///
  /// RPCKit does not.
  ///
  /// The locale is the process's, so a process of its own is used.
  @Suite struct JanssonLocaleTests {
    @Test func `numbers are the same in a locale with a decimal comma`() async throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "rpckit-\(UUID().uuidString)"
      )
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let made = try await Self.makeLocale(at: folder.appendingPathComponent("de_DE.UTF-8").path)
      try #require(
        made,
        "localedef cannot make the locale de_DE.UTF-8, which this test needs (package locales)"
      )

      await #expect(processExitsWith: .success) { [path = folder.path as String] in
        setenv("LOCPATH", path, 1)
        try #require(setlocale(LC_ALL, "de_DE.UTF-8") != nil)
        try #require(localeconv().pointee.decimal_point.pointee == CChar(UInt8(ascii: ",")))
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

    private static func makeLocale(at path: String) async throws -> Bool {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/localedef")
      process.arguments = ["-i", "de_DE", "-f", "UTF-8", path]
      return try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus == 0) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
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
