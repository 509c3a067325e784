import RPCKit
import Testing

/// Something odd that a server sends while call 0 and call 1 wait, and what must come of it.
struct HostileReply: Sendable, CustomTestStringConvertible {
  enum Verdict: Sendable {
    /// It completes call 0 so. Nothing else suffers.
    case completes(CallOutcome)
    /// It completes nothing. Nothing suffers.
    case isIgnored
    /// It completes nothing, and the client answers it with this line.
    case isAnswered(String)
    /// It ends the connection: both calls fail with this error.
    case endsConnection(CodecError)
  }

  var what: String
  var bytes: [UInt8]
  var verdict: Verdict

  init(_ what: String, _ bytes: [UInt8], _ verdict: Verdict) {
    self.what = what
    self.bytes = bytes
    self.verdict = verdict
  }

  init(_ what: String, _ text: String, _ verdict: Verdict) {
    self.init(what, Array(text.utf8), verdict)
  }

  var testDescription: String { what }

  /// Those that concern one call, or none.
  ///
  /// Go's client dies of most of them: GO-BEHAVIOUR.md 35, 56, 57.
  static let survived: [HostileReply] = [
    // Results and errors of every kind.
    HostileReply(
      "a null result and a null error",
      #"{"id":0,"result":null,"error":null}"#,
      .completes(.replyNotDecodable)
    ),
    HostileReply("neither result nor error", #"{"id":0}"#, .completes(.replyNotDecodable)),
    HostileReply("a null error and no result", #"{"id":0,"error":null}"#, .completes(.replyNotDecodable)),
    HostileReply("a null result and no error", #"{"id":0,"result":null}"#, .completes(.replyNotDecodable)),
    HostileReply("a result and no error", #"{"id":0,"result":7}"#, .completes(.returned(7))),
    HostileReply("an error and no result", #"{"id":0,"error":"no"}"#, .completes(.server("no"))),
    HostileReply("an error and a result", #"{"id":0,"result":7,"error":"no"}"#, .completes(.server("no"))),
    HostileReply(
      "an empty error",
      #"{"id":0,"result":null,"error":""}"#,
      .completes(.server("unspecified error"))
    ),
    HostileReply(
      "an error object",
      #"{"id":0,"result":null,"error":{"code":-32601,"message":"x"}}"#,
      .completes(.server(#"{"code":-32601,"message":"x"}"#))
    ),
    HostileReply(
      "an error object of JSON-RPC 2.0",
      #"{"jsonrpc":"2.0","id":0,"error":{"code":-32601}}"#,
      .completes(.server(#"{"code":-32601}"#))
    ),
    HostileReply(
      "an error that is false",
      #"{"id":0,"result":7,"error":false}"#,
      .completes(.server("false"))
    ),
    HostileReply(
      "an error that is a number",
      #"{"id":0,"result":null,"error":-1}"#,
      .completes(.server("-1"))
    ),
    HostileReply(
      "a result of another type",
      #"{"id":0,"result":"seven","error":null}"#,
      .completes(.replyNotDecodable)
    ),
    HostileReply(
      "a result that is an object",
      #"{"id":0,"result":{"C":1},"error":null}"#,
      .completes(.replyNotDecodable)
    ),
    HostileReply(
      "a result that is no integer",
      #"{"id":0,"result":0.5,"error":null}"#,
      .completes(.replyNotDecodable)
    ),
    HostileReply(
      "a result past 64 bits",
      #"{"id":0,"result":18446744073709551616,"error":null}"#,
      .completes(.replyNotDecodable)
    ),
    HostileReply(
      "a result past a double",
      #"{"id":0,"result":1e400,"error":null}"#,
      .completes(.replyNotDecodable)
    ),
    HostileReply("a result twice", #"{"id":0,"result":1,"result":7,"error":null}"#, .completes(.returned(7))),
    HostileReply("an id twice", #"{"id":55,"id":0,"result":7,"error":null}"#, .completes(.returned(7))),
    HostileReply(
      "members that nobody knows",
      #"{"x":[{}],"id":0,"result":7,"error":null,"y":1}"#,
      .completes(.returned(7))
    ),
    // Go takes any letter case: 56.
    HostileReply("a result in other letters", #"{"id":0,"RESULT":7}"#, .completes(.replyNotDecodable)),
    // Ids of every kind.
    HostileReply("an unknown id", #"{"id":99,"result":7,"error":null}"#, .isIgnored),
    HostileReply("an error for an unknown id", #"{"id":99,"result":null,"error":"no"}"#, .isIgnored),
    // In Go it completes call 0.
    HostileReply("a null id", #"{"id":null,"result":7,"error":null}"#, .isIgnored),
    HostileReply("no id", #"{"result":7,"error":null}"#, .isIgnored),
    HostileReply("a string id", #"{"id":"0","result":7,"error":null}"#, .isIgnored),
    HostileReply("a negative id", #"{"id":-1,"result":7,"error":null}"#, .isIgnored),
    HostileReply("an id of minus zero", #"{"id":-0,"result":7,"error":null}"#, .isIgnored),
    HostileReply("an id with a fraction", #"{"id":0.0,"result":7,"error":null}"#, .isIgnored),
    HostileReply("an id with an exponent", #"{"id":0e0,"result":7,"error":null}"#, .isIgnored),
    HostileReply("an id past 64 bits", #"{"id":18446744073709551616,"result":7,"error":null}"#, .isIgnored),
    HostileReply("an id that is an object", #"{"id":{"k":0},"result":7,"error":null}"#, .isIgnored),
    HostileReply("an id that is true", #"{"id":true,"result":7,"error":null}"#, .isIgnored),
    // Messages that are no responses.
    HostileReply("an empty object", "{}", .isIgnored),
    HostileReply("an empty array", "[]", .isIgnored),
    HostileReply("a batch", #"[{"id":0,"result":7,"error":null}]"#, .isIgnored),
    HostileReply("a number", "7 ", .isIgnored),
    HostileReply("a string", #""hello""#, .isIgnored),
    HostileReply("null", "null", .isIgnored),
    HostileReply("nothing but white space", " \r\n\t\r\n", .isIgnored),
    HostileReply("a notification", #"{"method":"update","params":[null,{}],"id":null}"#, .isIgnored),
    HostileReply("a notification without id", #"{"method":"update","params":[1]}"#, .isIgnored),
    HostileReply("a notification named echo", #"{"method":"echo","params":[1],"id":null}"#, .isIgnored),
    HostileReply("a request whose method is a number", #"{"method":7,"params":[],"id":"q"}"#, .isIgnored),
    // Requests of the server's own: RFC 7047, 4.1.11.
    HostileReply(
      "an echo",
      #"{"method":"echo","params":["hi",{"a":[1.50]}],"id":"echo"}"#,
      .isAnswered(#"{"id":"echo","result":["hi",{"a":[1.50]}],"error":null}"#)
    ),
    HostileReply(
      "an empty echo whose id is a call's",
      #"{"id":0,"method":"echo","params":[]}"#,
      .isAnswered(#"{"id":0,"result":[],"error":null}"#)
    ),
    HostileReply(
      "an echo without params",
      #"{"id":"e","method":"echo"}"#,
      .isAnswered(#"{"id":"e","result":[],"error":null}"#)
    ),
    HostileReply(
      "another request",
      #"{"method":"Arith.Add","params":[{"A":1,"B":2}],"id":"q"}"#,
      .isAnswered(#"{"id":"q","result":null,"error":"rpc: client does not serve this method"}"#)
    ),
  ]

  /// Those behind which no next message can be found.
  static let fatal: [HostileReply] = [
    HostileReply(
      "garbage",
      "garbage",
      .endsConnection(.malformed(reason: "invalid character 'g' looking for beginning of value", offset: 0))
    ),
    HostileReply(
      "HTTP",
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      .endsConnection(.malformed(reason: "invalid character 'H' looking for beginning of value", offset: 0))
    ),
    HostileReply(
      "a byte order mark",
      [0xEF, 0xBB, 0xBF] + Array(#"{"id":0,"result":7}"#.utf8),
      .endsConnection(
        .malformed(reason: "invalid character '\\xef' looking for beginning of value", offset: 0)
      )
    ),
    HostileReply(
      "a NUL",
      [0],
      .endsConnection(
        .malformed(reason: "invalid character '\\x00' looking for beginning of value", offset: 0)
      )
    ),
    HostileReply(
      "a NUL behind a number",
      Array(#"{"id":0,"result":7"#.utf8) + [0] + Array("}".utf8),
      .endsConnection(.malformed(reason: "invalid character '\\x00' after object key:value pair", offset: 18))
    ),
    HostileReply(
      "a trailing comma",
      #"{"id":0,"result":7,}"#,
      .endsConnection(
        .malformed(reason: "invalid character '}' looking for beginning of object key string", offset: 19)
      )
    ),
    HostileReply(
      "bad JSON in a member that nobody reads",
      #"{"x":01,"id":0,"result":7}"#,
      .endsConnection(.malformed(reason: "invalid character '1' after object key:value pair", offset: 6))
    ),
    HostileReply(
      "invalid UTF-8",
      Array(#"{"id":0,"result":""#.utf8) + [0xFF] + Array("\"}".utf8),
      .endsConnection(.malformed(reason: "invalid UTF-8 in string", offset: 18))
    ),
    HostileReply(
      "a lone surrogate",
      #"{"id":0,"result":"\ud800"}"#,
      .endsConnection(.malformed(reason: "lone surrogate in string escape", offset: 18))
    ),
    HostileReply(
      "a reply that is 513 deep",
      #"{"id":0,"result":"# + String(repeating: "[", count: 512) + String(repeating: "]", count: 512) + "}",
      .endsConnection(.limitExceeded(.depth, maximum: 128, messageID: MessageID(0)))
    ),
    HostileReply(
      "513 open brackets",
      String(repeating: "[", count: 513),
      .endsConnection(.limitExceeded(.depth, maximum: 128, messageID: .absent))
    ),
    HostileReply(
      "a number of 1,025 digits",
      #"{"id":0,"result":"# + String(repeating: "1", count: 1025) + "}",
      .endsConnection(.limitExceeded(.numberBytes, maximum: 1024, messageID: MessageID(0)))
    ),
  ]
}
