import Logging

/// What all calls of one connection have in common.
final class ConnectionInfo: Sendable {
  let peer: Peer
  let endpoint: Endpoint?
  let codec: Codec
  let logger: Logger

  init(peer: Peer, endpoint: Endpoint?, codec: Codec, logger: Logger) {
    self.peer = peer
    self.endpoint = endpoint
    self.codec = codec
    var logger = logger
    logger[metadataKey: "peer"] = "\(LogText(peer.description))"
    logger[metadataKey: "codec"] = "\(codec.name)"
    if let name = peer.certificate?.commonName { logger[metadataKey: "certificate"] = "\(LogText(name))" }
    self.logger = logger
  }

  /// One line for a request that was answered with an error.
  ///
  /// The name is the peer's, and in the errors for names that do not exist it stands again: there it is left out, so that
  /// no more than ``LogText/maximumBytes`` are the peer's. A client's ``ServerProbe`` comes again and again and need not
  /// find its method, so that is only for debugging.
  func logFailedCall(_ serviceMethod: String, _ error: String) {
    let ownWords = [WireText.unknownService, WireText.unknownMethod, WireText.illFormed]
    let nameIsUnknown = ownWords.first { error.utf8.elementsEqual(($0 + serviceMethod).utf8) }
    let isProbe = nameIsUnknown != nil && serviceMethod == ServerProbe.defaultMethod
    logger.log(
      level: isProbe ? .debug : .notice,
      "call failed",
      metadata: [
        "method": "\(LogText(serviceMethod))", "reason": "\(LogText(nameIsUnknown ?? error))",
      ]
    )
  }

  /// One line for what no request can be made of.
  func logRefusal(_ error: CodecError) {
    logger.notice("refused: malformed request", metadata: ["reason": "\(LogText(error.description))"])
  }
}
