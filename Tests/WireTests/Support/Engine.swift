import Codecs
import RPCKit
import Testing

/// A JSON engine, as the tests are repeated for each.
struct Engine: Sendable, Hashable, CustomTestStringConvertible {
  var name: String

  var codec: Codec {
    #if Jansson
      if name == "jansson" { return .jansson }
    #endif
    return name == "native" ? .native : .foundationJSON
  }

  var testDescription: String { name }

  /// Those that this build has.
  static let all: [Engine] = {
    var engines = [Engine(name: "foundation"), Engine(name: "native")]
    #if Jansson
      engines.append(Engine(name: "jansson"))
    #endif
    return engines
  }()
}
