import NIOCore

/// A method's function without its types: from the argument's body to the reply's.
struct MethodFunction: Sendable {
  /// A call whose argument has been decoded.
  typealias PreparedCall = @Sendable (RPCContext) async throws(CallFailure) -> Body

  /// A call from the argument's body to the reply's, which is appended to a buffer.
  ///
  /// The closure runs when the argument has been decoded, and before the function is called.
  typealias CallInPlace =
    @Sendable (Body, RPCContext, inout ByteBuffer, _ willCall: () -> Void) throws(CallFailure) -> Void

  /// Decodes, calls and encodes without waiting, and appends the encoded reply to a buffer.
  ///
  /// Nil for an asynchronous function.
  let callInPlace: CallInPlace?

  /// Decodes the argument, and leaves the call for whoever runs it.
  let prepare: @Sendable (Body) throws(CallFailure) -> PreparedCall

  /// The types as the service names them, for people.
  let argumentName: String
  let replyName: String

  /// An argument that shows the type's shape, or nil where none can be made.
  let exampleArgument: @Sendable (any BodyCoder) -> Body?

  static func synchronous<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ function: @escaping @Sendable (Argument, RPCContext) throws -> Reply
  ) -> MethodFunction {
    MethodFunction(
      callInPlace: { (body, context, output, willCall) throws(CallFailure) in
        let argument = try decode(body, as: Argument.self)
        willCall()
        let reply = try CallFailure.catching(.method) { () throws in try function(argument, context) }
        try CallFailure.catching(.reply) { () throws in try body.coder.encode(reply, into: &output) }
      },
      prepare: { (body) throws(CallFailure) in
        let argument = try decode(body, as: Argument.self)
        let coder = body.coder
        return { (context) throws(CallFailure) in
          let reply = try CallFailure.catching(.method) { () throws in try function(argument, context) }
          return try CallFailure.catching(.reply) { () throws in try Body(encoding: reply, coder: coder) }
        }
      },
      argumentName: String(describing: Argument.self),
      replyName: String(describing: Reply.self),
      exampleArgument: example(of: Argument.self)
    )
  }

  static func asynchronous<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ function: @escaping @Sendable (Argument, RPCContext) async throws -> Reply
  ) -> MethodFunction {
    MethodFunction(
      callInPlace: nil,
      prepare: { (body) throws(CallFailure) in
        let argument = try decode(body, as: Argument.self)
        let coder = body.coder
        return { (context) throws(CallFailure) in
          let reply: Reply
          do { reply = try await function(argument, context) } catch { throw CallFailure(.method, error) }
          return try CallFailure.catching(.reply) { () throws in try Body(encoding: reply, coder: coder) }
        }
      },
      argumentName: String(describing: Argument.self),
      replyName: String(describing: Reply.self),
      exampleArgument: example(of: Argument.self)
    )
  }

  private static func example<Argument: Decodable & Sendable>(
    of type: Argument.Type
  ) -> @Sendable (any BodyCoder) -> Body? {
    { coder in
      guard let value = ExampleArgument.make(type) else { return nil }
      return try? Body(encoding: value, coder: coder)
    }
  }

  private static func decode<Argument: Decodable>(
    _ body: Body,
    as type: Argument.Type
  ) throws(CallFailure) -> Argument {
    try CallFailure.catching(.argument) { () throws in try body.decode(as: type) }
  }
}

/// Why a call failed, as the caller will read it.
struct CallFailure: Error, Sendable, Hashable {
  /// Which step failed.
  enum Step { case argument, method, reply }

  let text: String

  init(text: String) {
    self.text = text
  }

  init(_ step: Step, _ error: any Error) {
    switch step {
    case .argument: self.text = ErrorText.argument(error)
    case .method: self.text = ErrorText.thrown(error)
    case .reply: self.text = ErrorText.reply(error)
    }
  }

  static func catching<Value>(_ step: Step, _ body: () throws -> Value) throws(CallFailure) -> Value {
    do { return try body() } catch { throw CallFailure(step, error) }
  }
}
