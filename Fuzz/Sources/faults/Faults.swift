import Foundation

/// Runs the rows of RELIABILITY.md that take too long for the tests, each with every engine.
///
///     faults [ROW...]         all rows, or those that are named
///     faults soak MINUTES     R25
///     faults conformance FOLDER TABLE
///                             R1, with the files of JSONTestSuite
///     faults serve …          the process that the rows measure: see ``Serving``
///     faults call …           a client that is measured: see ``Calling``
///     faults localized …      a process whose locale changes: see ``Localized``
///
/// It ends with 1 when a row fails.
@main
struct Faults {
  static func main() async {
    ProcessFigures.raiseDescriptorLimit()
    do { exit(try await run(Array(CommandLine.arguments.dropFirst())) ? 0 : 1) } catch {
      print("faults: \(error)")
      exit(1)
    }
  }

  /// - Returns: Whether all was as it must be.
  private static func run(_ arguments: [String]) async throws -> Bool {
    let options = Options(arguments.dropFirst())
    switch arguments.first {
    case "serve": try await Serving.run(options)
    case "call": try await Calling.run(options)
    case "localized": try Localized.run(options)
    case "soak-client": try await SoakClient.run(options)
    case "soak": return try await Soak.run(minutes: Double(arguments.last ?? "") ?? 30)
    case "conformance":
      guard arguments.count == 3 else { throw Failure("usage: faults conformance FOLDER TABLE") }
      return try Conformance.run(folder: arguments[1], pins: arguments[2])
    default: return await Row.run(named: arguments)
    }
    return true
  }
}

/// What a child process is told: `engine=jansson maximumConnections=2000`.
struct Options {
  private var values: [String: String] = [:]

  init(_ arguments: some Sequence<String>) {
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
  }

  /// The one that is named.
  var engine: Engine { engines[0] }

  /// The one that is named, or all of them, one connection after the other.
  var engines: [Engine] {
    let named = Engine.all.filter { $0.name == values["engine"] }
    return named.isEmpty ? Engine.all : named
  }

  func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
}
