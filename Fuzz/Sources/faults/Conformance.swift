import Codecs
import Foundation
import RPCKit

/// R1: the files of JSONTestSuite through the scanner and every engine.
///
/// A file's name says what must come of it: `y_` is accepted, `n_` refused, and `i_` is left to the implementation; of
/// those the verdicts are pinned.
enum Conformance {
  /// Runs all files of a folder, and prints what came of them.
  ///
  /// - Parameters:
  ///   - folder: Where the files are.
  ///   - pins: The table of the verdicts that are pinned.
  /// - Returns: Whether all is as it must be.
  /// - Throws: What the system says of a file.
  static func run(folder: String, pins: String) throws -> Bool {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
      .sorted()
    let pinned = try String(contentsOfFile: pins, encoding: .utf8).split(separator: "\n").filter {
      !$0.hasPrefix("#")
    }
    var wrong: [String] = []
    var implementationDefined: [String] = []
    print("R1: \(names.count) files of JSONTestSuite")
    for engine in Engine.all {
      var counts: [String: (accepted: Int, all: Int)] = [:]
      for name in names {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder).appending(path: name)))
        let isAccepted = accepts(bytes, engine)
        let kind = String(name.prefix(2))
        counts[kind, default: (0, 0)].all += 1
        counts[kind, default: (0, 0)].accepted += isAccepted ? 1 : 0
        switch kind {
        case "y_" where !isAccepted && !isKnown(name, engine), "n_" where isAccepted:
          wrong.append("\(engine.name): \(name)")
        case "i_": implementationDefined.append("\(isAccepted ? "accepted" : "refused ") \(name)")
        default: break
        }
      }
      let line = counts.sorted { $0.key < $1.key }.map {
        "\($0.key) \($0.value.accepted) of \($0.value.all) accepted"
      }
      print("  \(engine.name): \(line.joined(separator: ", "))")
    }
    for name in wrong { print("  WRONG \(name)") }
    let verdicts = Set(implementationDefined)
    let differing = verdicts.symmetricDifference(Set(pinned.map(String.init)))
    for verdict in differing.sorted() { print("  NOT AS PINNED \(verdict)") }
    let passes = wrong.isEmpty && differing.isEmpty && !names.isEmpty
    print(passes ? "  PASS: \(verdicts.count) verdicts as pinned, the same for every engine" : "  FAIL")
    return passes
  }

  private static func accepts(_ bytes: [UInt8], _ engine: Engine) -> Bool {
    guard let body = try? Body(json: bytes, coder: engine.codec.coder) else { return false }
    return (try? body.decode(as: Unread.self)) != nil
  }

  /// jansson has no names with NUL: the article Engines says so.
  private static func isKnown(_ name: String, _ engine: Engine) -> Bool {
    engine == .jansson && name == "y_object_escaped_null_in_key.json"
  }

  /// Any value, not looked at.
  private struct Unread: Decodable {
    init(from decoder: any Decoder) {}
  }
}
