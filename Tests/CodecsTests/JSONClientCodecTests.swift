import NIOCore
import RPCKit
import Testing

@testable import Codecs

struct JSONClientCodecTests {
  private var codec = JSONClientCodec(coder: TestCoder(), limits: MessageLimits())

  private mutating func readHeader(_ text: String) throws -> IncomingHeader? {
    var input = ByteBuffer(string: text)
    return try codec.readHeader(from: &input)
  }

  private func response(_ id: MessageID, error: String? = nil) -> IncomingHeader {
    .response(ResponseHeader(messageID: id, error: error))
  }

  // Writing. GO-BEHAVIOUR.md, 46.

  @Test mutating func `a request is written in Go's order`() throws {
    var output = ByteBuffer()

    try codec.writeRequest(
      RequestHeader(serviceMethod: "Arith.Add", messageID: MessageID(0)),
      body(#"{"A":7,"B":8}"#),
      to: &output
    )

    #expect(String(buffer: output) == #"{"method":"Arith.Add","params":[{"A":7,"B":8}],"id":0}"# + "\n")
  }

  @Test mutating func `a request without an id has a null one, and its method is escaped`() throws {
    var output = ByteBuffer()

    try codec.writeRequest(
      RequestHeader(serviceMethod: "A.\"<é>\"", messageID: .absent),
      body("null"),
      to: &output
    )

    #expect(String(buffer: output) == #"{"method":"A.\"\u003cé\u003e\"","params":[null],"id":null}"# + "\n")
  }

  @Test func `a failed write leaves nothing behind`() {
    var codec = JSONClientCodec(coder: TestCoder(), limits: MessageLimits(maximumBytes: 40))
    var output = ByteBuffer(string: "before")
    let header = RequestHeader(serviceMethod: "A.B", messageID: MessageID(1))

    for argument in [String(repeating: "1", count: 41), "1234567", ""] {
      let error = #expect(throws: CodecError.self) {
        try codec.writeRequest(header, body(argument), to: &output)
      }
      #expect(error?.reach == .message)
      #expect(String(buffer: output) == "before")
    }
  }

  // Reading.

  @Test mutating func `a response is read as header, then body`() throws {
    #expect(try readHeader(#"{"id":0,"result":{"C":15},"error":null}"# + "\n") == response(MessageID(0)))
    #expect(try codec.readBody().text == #"{"C":15}"#)
  }

  @Test mutating func `a response without an error member is a success`() throws {
    #expect(try readHeader(#"{"result":[1],"id":4}"#) == response(MessageID(4)))
    #expect(try codec.readBody().text == "[1]")
  }

  @Test mutating func `a null result is a result`() throws {
    #expect(try readHeader(#"{"id":0,"result":null,"error":null}"#) == response(MessageID(0)))
    #expect(try codec.readBody().text == "null")
  }

  @Test(arguments: [
    (#""divide by zero""#, "divide by zero"), (#""""#, "unspecified error"), (#""a\nb\u00e9""#, "a\nbé"),
    ("false", "false"),
    ("true", "true"), ("0", "0"), (#"{"code":-32601, "message":"x"}"#, #"{"code":-32601, "message":"x"}"#),
    ("[]", "[]"),
    (#"["é\n"]"#, #"["é\n"]"#),
  ])
  mutating func `an error that is not null wins over any result`(json: String, text: String) throws {
    for result in ["null", "5"] {
      #expect(
        try readHeader(#"{"id":3,"result":\#(result),"error":\#(json)}"#)
          == response(MessageID(3), error: text)
      )
      #expect(try codec.readBody().text == result)
    }
    #expect(try readHeader(#"{"error":\#(json),"id":3}"#) == response(MessageID(3), error: text))
    #expect(try codec.readBody().text == "null")
  }

  @Test(arguments: [#"{"id":5}"#, #"{"id":5,"error":null}"#])
  mutating func `a response with neither result nor error fails its own call`(text: String) throws {
    #expect(try readHeader(text) == response(MessageID(5)))
    #expect(throws: CodecError.invalidBody(reason: "jsonrpc: response has no result")) {
      try codec.readBody()
    }
    #expect(try readHeader(#"{"id":6,"result":1}"#) == response(MessageID(6)))
  }

  @Test(arguments: [
    (#""x""#, MessageID(bytes: #""x""#.utf8)), ("null", .absent), ("-1", MessageID(bytes: "-1".utf8)),
    ("1.0", MessageID(bytes: "1.0".utf8)),
    ("18446744073709551616", MessageID(bytes: "18446744073709551616".utf8)),
  ])
  mutating func `an id that is no sequence number is kept as it is`(json: String, id: MessageID) throws {
    #expect(try readHeader(#"{"id":\#(json),"result":1,"error":null}"#) == response(id))
  }

  @Test mutating func `a response without an id has none`() throws {
    #expect(try readHeader(#"{"result":1,"error":null}"#) == response(.absent))
  }

  @Test mutating func `a request of the server's own has all its params as its body`() throws {
    let header = try readHeader(#"{"id":"echo","method":"echo","params":[1, "x"]}"#)

    #expect(
      header == .request(RequestHeader(serviceMethod: "echo", messageID: MessageID(bytes: #""echo""#.utf8)))
    )
    #expect(try codec.readBody().text == #"[1, "x"]"#)
  }

  @Test(arguments: ["", #","params":null"#, #","params":[]"#])
  mutating func `a request without params has an empty array`(params: String) throws {
    #expect(
      try readHeader(#"{"method":"update","id":null\#(params)}"#)
        == .request(RequestHeader(serviceMethod: "update", messageID: .absent))
    )
    #expect(try codec.readBody().text == "[]")
  }

  @Test mutating func `the server's request is answered`() throws {
    var output = ByteBuffer()

    try codec.writeResponse(
      ResponseHeader(messageID: MessageID(bytes: #""echo""#.utf8)),
      body("[]"),
      to: &output
    )

    #expect(String(buffer: output) == #"{"id":"echo","result":[],"error":null}"# + "\n")
  }

  @Test mutating func `a null method is no method`() throws {
    #expect(try readHeader(#"{"method":null,"id":1,"result":2}"#) == response(MessageID(1)))
  }

  @Test(arguments: ["null", "[1]", "5", #""x""#, "true", #"{"method":5,"id":1}"#])
  mutating func `a whole value that is no message is ignored, and the next is read`(text: String) throws {
    var input = ByteBuffer(string: text + "\n" + #"{"id":1,"result":2}"#)

    let error = #expect(throws: CodecError.self) { try codec.readHeader(from: &input) }
    let next = try codec.readHeader(from: &input)

    #expect(error?.reach == .message)
    #expect(next == response(MessageID(1)))
    #expect(try codec.readBody().text == "2")
  }

  @Test(arguments: ["x", #"{"id":1,}"#, "}", "\0", #"{"id":1 "result":2}"#])
  mutating func `what is not JSON ends the connection`(text: String) {
    let error = #expect(throws: CodecError.self) { try readHeader(text) }

    #expect(error?.reach == .connection)
  }

  @Test mutating func `a reply that is too deep ends the connection`() {
    let text = #"{"id":1,"result":"# + String(repeating: "[", count: 513)

    #expect(throws: CodecError.limitExceeded(.depth, maximum: 128, messageID: MessageID(1))) {
      try readHeader(text)
    }
  }

  @Test(arguments: [1, 3])
  mutating func `responses are read in small pieces with CRLF between them`(size: Int) throws {
    var rest = ByteBuffer(
      string: (0..<5).map { #"{"id":\#($0),"result":"é\#($0)","error":null}"# + "\r\n" }.joined()
    )
    var input = ByteBuffer()
    var read: [String] = []

    while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
      input.writeImmutableBuffer(piece)
      while let header = try codec.readHeader(from: &input) {
        #expect(header == response(MessageID(UInt64(read.count))))
        read.append(try codec.readBody().text)
      }
    }

    #expect(read == (0..<5).map { "\"é\($0)\"" })
  }
}
