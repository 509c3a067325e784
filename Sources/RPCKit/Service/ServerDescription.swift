import NIOCore

/// What `RPC.Describe` replies: everything that can be called, each with a request to paste.
struct ServerDescription: Sendable, Encodable {
  struct Service: Sendable, Encodable {
    let name: String
    let methods: [Method]
  }

  struct Method: Sendable, Encodable {
    let name: String
    let argument: String
    let reply: String
    /// One line as a client would send it, where the codec is one that a person can type.
    let example: String?
  }

  /// The full name by which it is called.
  static let serviceMethod = "RPC.Describe"

  let services: [Service]

  init(_ registry: ServiceRegistry, codec: Codec) {
    services = registry.services.map { name, methods in
      Service(
        name: name,
        methods: methods.map { method in
          Method(
            name: method.name,
            argument: method.function.argumentName,
            reply: method.function.replyName,
            example: Self.example(method, codec)
          )
        }
      )
    }
  }

  private static func example(_ method: RegisteredMethod, _ codec: Codec) -> String? {
    guard let argument = method.function.exampleArgument(codec.coder) else { return nil }
    var client = codec.makeClientCodec(MessageLimits())
    var output = ByteBuffer()
    let header = RequestHeader(serviceMethod: method.serviceMethod, messageID: MessageID(0))
    guard (try? client.writeRequest(header, argument, to: &output)) != nil else { return nil }
    let bytes = output.readableBytesView
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    return String(text.prefix { $0 != "\n" })
  }
}
