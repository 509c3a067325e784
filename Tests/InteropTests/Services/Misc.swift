import RPCKit

/// What `Examples/go/misc` serves, in Swift.
struct Misc: RPCService {
  static let methods = [
    RPCMethod("Echo", echo),
    RPCMethod("EchoEverything", echoEverything),
    RPCMethod("Sleep", sleep),
    RPCMethod("Fail", fail),
    RPCMethod("Null", null),
  ]

  func echo(_ text: String) -> String {
    text
  }

  func echoEverything(_ value: Everything) -> Everything {
    value
  }

  func sleep(_ milliseconds: Int) async throws -> Int {
    try await Task.sleep(for: .milliseconds(milliseconds))
    return milliseconds
  }

  func fail(_ text: String) throws -> String {
    throw ServerError(text)
  }

  func null(_ ignored: Int) -> Int? {
    nil
  }
}
