import NIOCore

/// From bytes to calls.
extension ServerConnection {
  /// Reads as many requests as may be started now.
  func readMessages() {
    while state.next(outputHasRoom: outputHasRoom, inputIsExhausted: input.isExhausted) == .read {
      do throws(CodecError) {
        guard let header = try codec.readRequestHeader(from: &input.bytes) else {
          input.exhaust()
          break
        }
        messageClock.reset()
        start(header)
      } catch  where error.reach == .message {
        messageClock.reset()
        write(.failure(CallFailure(text: error.description)), for: .absent, "")
      } catch {
        refuse(error)
      }
    }
    if !batch.isEmpty, let context { core.runners.append(&batch, on: context.eventLoop) }
    if input.bytes.readableBytes == 0 { input.clear() }
    if state.phase == .inputEnded, let bytes = input.bytesOfUnfinishedMessage {
      refuse(.malformed(reason: "unexpected end of input", offset: bytes))
    }
  }

  private func refuse(_ error: CodecError) {
    info.logRefusal(error)
    state.refuse(error)
    input.clear()
    messageClock.reset()
  }

  /// Finds the method and starts its call, or answers what is wrong with the request.
  private func start(_ header: RequestHeader) {
    let method = Result { () throws(CallFailure) in try self.method(named: header.serviceMethod) }
    let body: Body
    do throws(CodecError) {
      // An unknown method's body is read too, since headers and bodies come in pairs, and dropped.
      body = try codec.readRequestBody()
    } catch {
      guard error.reach == .message else { return refuse(error) }
      // Go: server.go, ServeCodec(): what is wrong with an unknown method's body is nobody's business.
      let failure = method.failure ?? CallFailure(text: error.description)
      write(.failure(failure), for: header.messageID, header.serviceMethod)
      return
    }
    switch method {
    case .success(let method): begin(method, body, for: header.messageID)
    case .failure(let failure): write(.failure(failure), for: header.messageID, header.serviceMethod)
    }
  }

  private func method(named serviceMethod: String) throws(CallFailure) -> RegisteredMethod {
    if let lastMethod, lastMethod.hasName(serviceMethod) { return lastMethod }
    let method = try core.registry.method(named: serviceMethod)
    lastMethod = method
    return method
  }
}
