import RPCKit

/// How a call ended, so that it can be compared.
enum CallOutcome: Sendable, Equatable {
  case returned(Int?)
  case server(String)
  case shutdown
  case connectionLost(String)
  case protocolViolation(CodecError)
  case timedOut
  case replyNotDecodable
  case other(String)

  init(of call: RPCCall<Int>) async {
    do throws(RPCError) { self = .returned(try await call.reply) } catch { self.init(error) }
  }

  init(_ error: RPCError) {
    switch error {
    case .server(let error): self = .server(error.text)
    case .shutdown: self = .shutdown
    case .connectionLost(let reason): self = .connectionLost(reason)
    case .protocolViolation(let error): self = .protocolViolation(error)
    case .timedOut: self = .timedOut
    case .replyNotDecodable: self = .replyNotDecodable
    default: self = .other(error.description)
    }
  }
}
