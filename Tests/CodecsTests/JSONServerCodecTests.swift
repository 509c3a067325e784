import NIOCore
import RPCKit
import Testing

@testable import Codecs

struct JSONServerCodecTests {
  private var codec = JSONServerCodec(coder: TestCoder(), limits: MessageLimits())

  private mutating func readHeader(_ text: String) throws -> RequestHeader? {
    var input = ByteBuffer(string: text)
    return try codec.readRequestHeader(from: &input)
  }

  private mutating func readBody(params: String) throws -> String {
    _ = try readHeader(#"{"method":"A.B","params":\#(params),"id":1}"#)
    return try codec.readRequestBody().text
  }

  private mutating func write(_ header: ResponseHeader, _ reply: Body?) throws -> String {
    var output = ByteBuffer()
    try codec.writeResponse(header, reply, to: &output)
    return String(buffer: output)
  }

  // Reading.

  @Test mutating func `a request is read as header, then body`() throws {
    var input = ByteBuffer(string: #"{"method":"Arith.Add","params":[{"A":7,"B":8}],"id":0}"# + "\n")

    let header = try codec.readRequestHeader(from: &input)
    let body = try codec.readRequestBody()

    #expect(header == RequestHeader(serviceMethod: "Arith.Add", messageID: MessageID(0)))
    #expect(body.text == #"{"A":7,"B":8}"#)
    #expect(try codec.readRequestHeader(from: &input) == nil)
    #expect(input.readableBytes == 0)
  }

  @Test(arguments: [1, 3, 7, 1000])
  mutating func `requests follow each other in any pieces, with or without white space`(size: Int) throws {
    let one = #"{"id":"a","params":[1],"method":"A.B"}"#
    let text =
      "\r\n \t" + one + one + "\n" + one + "\r\n\r\n" + #"{"method":"C.D","id":2,"params":["x"]}"# + "\n"
    var read: [String] = []

    var input = ByteBuffer()
    var rest = ByteBuffer(string: text)
    while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
      input.writeImmutableBuffer(piece)
      while let header = try codec.readRequestHeader(from: &input) {
        read.append(header.serviceMethod + " " + (try codec.readRequestBody().text))
      }
      input.discardReadBytes()
    }

    #expect(read == ["A.B 1", "A.B 1", "A.B 1", #"C.D "x""#])
    #expect(input.readableBytes == 0)
  }

  @Test mutating func `white space alone is consumed and begins nothing`() throws {
    var input = ByteBuffer(string: " \r\n\t\n")

    #expect(try codec.readRequestHeader(from: &input) == nil)
    #expect(input.readableBytes == 0)
  }

  @Test mutating func `the bytes of an unfinished message stay readable`() throws {
    var input = ByteBuffer(string: "\n\n" + #"{"id":"#)

    #expect(try codec.readRequestHeader(from: &input) == nil)
    #expect(String(buffer: input) == #"{"id":"#)
  }

  @Test mutating func `a body that nobody reads is dropped`() throws {
    var input = ByteBuffer(
      string: #"{"method":"A.B","params":[1],"id":1}{"method":"A.C","params":[2],"id":2}"#
    )

    _ = try codec.readRequestHeader(from: &input)
    let second = try codec.readRequestHeader(from: &input)

    #expect(second?.serviceMethod == "A.C")
    #expect(try codec.readRequestBody().text == "2")
  }

  @Test(arguments: [
    (#""Arith.Add""#, "Arith.Add"), (#""net.rpc.Arith.Multiply""#, "net.rpc.Arith.Multiply"),
    (#""\u0041.\"B\"""#, #"A."B""#),
    (#""é.😀""#, "é.😀"), (#""""#, ""), ("null", ""), (#""<A>""#, "<A>"), (#""\ud83d\ude00""#, "😀"),
  ])
  mutating func `the method is read with its escapes resolved`(json: String, method: String) throws {
    #expect(try readHeader(#"{"method":\#(json),"id":1}"#)?.serviceMethod == method)
    #expect(try readHeader(#"{"method":\#(json),"id":1}"#)?.serviceMethod == method)
  }

  @Test mutating func `method names alike but not the same in bytes stay apart`() throws {
    #expect(try readHeader("{\"method\":\"caf\u{E9}.Menu.Long\"}")?.serviceMethod.utf8.count == 15)
    #expect(try readHeader("{\"method\":\"cafe\u{301}.Menu.Long\"}")?.serviceMethod.utf8.count == 16)
  }

  @Test mutating func `a request without a method has an empty one`() throws {
    #expect(
      try readHeader(#"{"params":[1],"id":3}"#) == RequestHeader(serviceMethod: "", messageID: MessageID(3))
    )
    #expect(try readHeader("null") == RequestHeader(serviceMethod: "", messageID: .absent))
    #expect(throws: CodecError.invalidBody(reason: "jsonrpc: request body missing params")) {
      try codec.readRequestBody()
    }
    #expect(try readHeader("{}")?.serviceMethod == "")
    #expect(try readHeader(#"{"METHOD":"A.B"}"#)?.serviceMethod == "")
  }

  @Test(arguments: ["1", "true", "[]", "{}", #"["A.B"]"#])
  mutating func `a method that is not a string ends the connection`(method: String) {
    #expect(throws: CodecError.malformed(reason: "method is not a string", offset: 17)) {
      try readHeader(#"{"id":1,"method":\#(method)}"#)
    }
  }

  @Test(arguments: [
    ("7", MessageID(7)), ("null", .absent), (#""x""#, MessageID(bytes: #""x""#.utf8)),
    ("1.0", MessageID(bytes: "1.0".utf8)),
    ("[ 1, 2 ]", MessageID(bytes: "[1,2]".utf8)),
  ])
  mutating func `the id is any value`(json: String, id: MessageID) throws {
    #expect(try readHeader(#"{"method":"A.B","id":\#(json)}"#)?.messageID == id)
  }

  @Test mutating func `an absent id is absent`() throws {
    #expect(try readHeader(#"{"method":"A.B"}"#)?.messageID == .absent)
  }

  @Test mutating func `missing params are told in Go's words`() throws {
    for text in [#"{"method":"A.B","id":1}"#, #"{"method":"A.B","params":null,"id":1}"#] {
      _ = try readHeader(text)
      #expect(throws: CodecError.invalidBody(reason: "jsonrpc: request body missing params")) {
        try codec.readRequestBody()
      }
    }
  }

  @Test(arguments: [#"{"A":7}"#, "5", #""x""#, "true", "false"])
  mutating func `params that are no array fail the one call`(params: String) {
    #expect(throws: CodecError.invalidBody(reason: "jsonrpc: params is not an array")) {
      try readBody(params: params)
    }
  }

  @Test(arguments: [
    ("[1]", "1"), ("[ {\"A\" : 1} ]", "{\"A\" : 1}"), ("[1,2,3]", "1"), ("[null]", "null"), ("[]", "null"),
    ("[ ]", "null"),
    ("[[]]", "[]"), (#"["a]"]"#, #""a]""#),
  ])
  mutating func `the body is the first parameter`(params: String, body: String) throws {
    #expect(try readBody(params: params) == body)
  }

  @Test mutating func `unknown members are ignored`() throws {
    let header = try readHeader(#"{"jsonrpc":"2.0","x":{"method":"no"},"method":"A.B","id":1,"params":[4]}"#)

    #expect(header?.serviceMethod == "A.B")
    #expect(try codec.readRequestBody().text == "4")
  }

  @Test(arguments: ["[1]", "5 ", #""x""#, "true", "garbage", "{]", "{\"a\":01}", "\0", "\u{FEFF}{}"])
  mutating func `what is not a message ends the connection`(text: String) throws {
    let error = #expect(throws: CodecError.self) { try readHeader(text) }

    #expect(error?.reach == .connection)
  }

  @Test mutating func `NUL between messages ends the connection, after the message before it`() throws {
    var input = ByteBuffer(string: #"{"method":"A.B","id":1}"# + "\0" + #"{"method":"A.B","id":2}"#)

    #expect(try codec.readRequestHeader(from: &input) != nil)
    #expect(
      throws: CodecError.malformed(
        reason: #"invalid character '\x00' looking for beginning of value"#,
        offset: 0
      )
    ) {
      try codec.readRequestHeader(from: &input)
    }
  }

  @Test mutating func `offsets are counted from the message's first byte`() {
    #expect(
      throws: CodecError.malformed(reason: "invalid character 'x' looking for beginning of value", offset: 6)
    ) {
      try readHeader("\n\n  {\"id\":x")
    }
  }

  @Test func `a message past a limit is refused with its id, if that came first`() {
    var input = ByteBuffer(string: #"{"id":"a","params":[[[1]]]"#)
    var early = JSONServerCodec(coder: TestCoder(), limits: MessageLimits(maximumDepth: 2))
    #expect(throws: CodecError.limitExceeded(.depth, maximum: 2, messageID: MessageID(bytes: #""a""#.utf8))) {
      try early.readRequestHeader(from: &input)
    }

    input = ByteBuffer(string: #"{"params":[[[1]]],"id":7}"#)
    var late = JSONServerCodec(coder: TestCoder(), limits: MessageLimits(maximumDepth: 2))
    #expect(throws: CodecError.limitExceeded(.depth, maximum: 2, messageID: .absent)) {
      try late.readRequestHeader(from: &input)
    }
  }

  @Test func `an id that is cut by the limit is not known`() {
    var input = ByteBuffer(string: #"{"id":12345"#)
    var codec = JSONServerCodec(coder: TestCoder(), limits: MessageLimits(maximumBytes: 8))

    #expect(throws: CodecError.limitExceeded(.bytes, maximum: 8, messageID: .absent)) {
      try codec.readRequestHeader(from: &input)
    }
  }

  @Test(arguments: [1024, 1025])
  mutating func `a request whose id is too long fails by itself`(bytes: Int) throws {
    let id = "\"" + String(repeating: "<", count: bytes - 2) + "\""
    var input = ByteBuffer(string: #"{"id":\#(id),"method":"A.B","params":[1]} {"method":"C.D","id":2}"#)

    let header = Result { () throws(CodecError) in try codec.readRequestHeader(from: &input) }

    if bytes > 1024 {
      #expect(throws: CodecError.invalidBody(reason: "jsonrpc: id has more than 1024 bytes")) {
        try header.get()
      }
    } else {
      #expect(try header.get()?.messageID.bytes?.count == 6 * (bytes - 2) + 2)
    }
    #expect(try codec.readRequestHeader(from: &input)?.messageID == MessageID(2))
  }

  @Test mutating func `an id that is too long is not repeated where its message is refused`() {
    let id = String(repeating: "x", count: 2000)

    #expect(throws: CodecError.limitExceeded(.depth, maximum: 128, messageID: .absent)) {
      try readHeader(#"{"id":"\#(id)","params":"# + String(repeating: "[", count: 128))
    }
  }

  // Writing. GO-BEHAVIOUR.md, 47, 48, 50, 51.

  @Test mutating func `a success is written in Go's order`() throws {
    #expect(
      try write(ResponseHeader(messageID: MessageID(0)), body("56")) == #"{"id":0,"result":56,"error":null}"#
        + "\n"
    )
  }

  @Test mutating func `an error is written with a null result`() throws {
    let header = ResponseHeader(messageID: MessageID(bytes: #""a-1""#.utf8), error: "divide by <zero>\n")

    let expected = #"{"id":"a-1","result":null,"error":"divide by \u003czero\u003e\n"}"# + "\n"
    #expect(try write(header, nil) == expected)
    #expect(try write(header, body("56")) == expected)
  }

  @Test mutating func `an absent id is answered with null, and no reply is a null one`() throws {
    #expect(
      try write(ResponseHeader(messageID: .absent), nil) == #"{"id":null,"result":null,"error":null}"# + "\n"
    )
  }

  @Test mutating func `a text of which every character is escaped has room`() throws {
    let id = MessageID(bytes: "\"\(String(repeating: "x", count: 1000))\"".utf8)
    let error = String(repeating: "<\0\u{2028}\"\n", count: 1000)

    let written = try write(ResponseHeader(messageID: id, error: error), nil)

    let text = String(repeating: #"\u003c\u0000\u2028\"\n"#, count: 1000)
    #expect(
      written == #"{"id":"\#(String(repeating: "x", count: 1000))","result":null,"error":"\#(text)"}"# + "\n"
    )
  }

  @Test mutating func `an empty error text is an error text`() throws {
    #expect(
      try write(ResponseHeader(messageID: MessageID(1), error: ""), nil)
        == #"{"id":1,"result":null,"error":""}"# + "\n"
    )
  }

  @Test mutating func `a failed write leaves nothing behind`() {
    var output = ByteBuffer(string: "before")

    let error = #expect(throws: CodecError.self) {
      try codec.writeResponse(ResponseHeader(messageID: MessageID(1)), body(""), to: &output)
    }

    #expect(error?.reach == .message)
    #expect(String(buffer: output) == "before")
  }
}
