import RPCKit

/// Why a call gave no result, in the two kinds that a script tells apart by the exit status.
struct Failure: Error, CustomStringConvertible {
  enum Status: Int32 {
    /// The server answered with an error.
    case serverError = 1

    /// There was no answer: wrong usage, no connection, a broken one, or no time left.
    case trouble = 2
  }

  let status: Status
  let description: String

  init(_ description: String) {
    self.status = .trouble
    self.description = "netrpc: \(description)"
  }

  /// Takes over the server's text as it is, or says what kept the call from being answered.
  init(_ error: RPCError) {
    switch error {
    case .server(let serverError):
      self.status = .serverError
      self.description = "\(serverError)"
    default:
      self.status = .trouble
      self.description = "netrpc: \(error)"
    }
  }
}
