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
    /// A request as a client would send it.
    ///
    /// Nil where no argument can be made, or where requests are no values of the codec's format.
    let example: AnyValue?
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

  /// A request, read as a value again so that it stands in the reply as what it is.
  ///
  /// As a string it would stand there with its quotes escaped, and could not be pasted.
  private static func example(_ method: RegisteredMethod, _ codec: Codec) -> AnyValue? {
    guard let argument = method.function.exampleArgument(codec.coder) else { return nil }
    var client = codec.makeClientCodec(MessageLimits())
    var output = ByteBuffer()
    let header = RequestHeader(serviceMethod: method.serviceMethod, messageID: MessageID(0))
    guard (try? client.writeRequest(header, argument, to: &output)) != nil else { return nil }
    return try? codec.coder.decode(output, as: AnyValue.self)
  }
}
