import ArgumentParser
import Codecs
import RPCKit

// How the command's arguments are read. What is wrong with one becomes the usage error's text.

extension Endpoint {
  init(argument: String) throws {
    do { try self.init(argument) } catch { throw ValidationError("\(error)") }
  }
}

extension Codec {
  init(argument: String) throws {
    switch argument {
    case "foundation":
      self = .foundationJSON
    case "native":
      self = .native
    #if Jansson
      case "jansson":
        self = .jansson
    #else
      case "jansson":
        throw ValidationError("this build has no libjansson: it was made with the trait Jansson switched off")
    #endif
    default:
      throw ValidationError("no such codec: foundation, jansson or native")
    }
  }
}

extension Duration {
  init(argument: String) throws {
    guard let seconds = Double(argument), seconds > 0, seconds <= 1e9 else {
      throw ValidationError("not a number of seconds above 0")
    }
    self = .seconds(seconds)
  }
}
