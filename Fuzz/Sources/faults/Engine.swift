import Codecs
import RPCKit

/// An engine with which the rows are run.
struct Engine: Sendable, Equatable {
  let name: String

  static let foundation = Engine(name: "foundation")
  static let jansson = Engine(name: "jansson")
  static let native = Engine(name: "native")
  static let all = [foundation, jansson, native]

  var codec: Codec {
    switch name {
    case "jansson": .jansson
    case "native": .native
    default: .foundationJSON
    }
  }
}
