import Codecs
import RPCKit
import Testing

/// A JSON engine, as the tests are repeated for each.
struct Engine: Sendable, CustomTestStringConvertible {
  /// The name by which the commands know it.
  var name: String
  var codec: Codec

  var testDescription: String { name }

  /// Those that this build has.
  static let all: [Engine] = {
    var engines = [
      Engine(name: "foundation", codec: .foundationJSON), Engine(name: "native", codec: .native),
    ]
    #if Jansson
      engines.append(Engine(name: "jansson", codec: .jansson))
    #endif
    return engines
  }()
}
