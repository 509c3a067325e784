import Codecs
import RPCKit

/// An engine that is fuzzed.
struct Engine: Sendable {
  let name: String
  let codec: Codec

  static let foundation = Engine(name: "Foundation", codec: .foundationJSON)
  static let native = Engine(name: "native", codec: .native)
  #if Jansson
    static let jansson = Engine(name: "jansson", codec: .jansson)
    static let all = [foundation, jansson, native]
  #else
    static let all = [foundation, native]
  #endif

  /// Whether it refuses by itself what is no JSON: JSONDecoder takes commas too many, UTF-16, and more.
  var isStrict: Bool { name != "Foundation" }
}
