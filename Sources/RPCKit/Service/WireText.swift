/// The texts of Go's net/rpc, byte for byte, and those of our own that stand where Go is silent.
enum WireText {
  // Go: server.go, readRequestHeader()
  static let illFormed = "rpc: service/method request ill-formed: "
  static let unknownService = "rpc: can't find service "
  static let unknownMethod = "rpc: can't find method "
  static let cannotDecodeRequest = "rpc: server cannot decode request: "

  // Go: server.go, register()
  static let duplicateService = "rpc: service already defined: "
  static let noServiceName = "rpc.Register: no service name for type "
  static func noMethods(_ type: String) -> String {
    "rpc.Register: type \(type) has no exported methods of suitable type"
  }

  // Go: client.go, ErrShutdown
  static let shutdown = "connection is shut down"
  // Go: io.ErrUnexpectedEOF
  static let unexpectedEnd = "unexpected EOF"
  // Go: jsonrpc/client.go, what an empty error text becomes
  static let unspecifiedError = "unspecified error"

  // Where Go sends nothing, or ends the connection.
  static let cannotDecodeArgument = "rpc: cannot decode argument: "
  static let cannotEncodeReply = "rpc: cannot encode reply: "
  static let nullReply = "rpc: method replied null, which Go clients take for the end of the connection"
  static func replyTooLarge(_ bytes: Int, maximum: Int) -> String {
    cannotEncodeReply + "it takes \(bytes) bytes, and the limit is \(maximum)"
  }
  static func methodTimedOut(after limit: Duration) -> String { "rpc: method took longer than \(limit.text)" }
  static let callCancelled = "rpc: call was cancelled"
  static func messageTimedOut(after limit: Duration) -> String { "message not finished within \(limit.text)" }
  static let errorTooLarge = cannotEncodeReply + "its error is too large for a message"
  static func serverDoesNotRead(_ time: Duration) -> String { "the server has read nothing for \(time.text)" }
  static func serverMessageTimedOut(_ time: Duration) -> String {
    "a message of the server was not finished within \(time.text)"
  }
  static func serverIsSilent(_ time: Duration) -> String {
    "the server did not answer a probe within \(time.text)"
  }
  static let unknownServerRequest = "rpc: client does not serve this method"
}
