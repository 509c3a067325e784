import NIOCore
import NIOEmbedded
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ServerConnectionTests {
  // MARK: Reading

  @Test func `a request is answered under its id`() throws {
    let server = try EmbeddedServer()

    try server.receive("7 S.Echo \"x\"\n")

    #expect(try server.sent() == "7 = \"x\"\n")
  }

  @Test func `several requests in one read are answered in one write`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo \"a\"\n1 S.Echo \"b\"\n2 S.Echo \"c\"\n")

    #expect(
      try server.channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) }
        == "0 = \"a\"\n1 = \"b\"\n2 = \"c\"\n"
    )
  }

  @Test(arguments: 1...12)
  func `requests in pieces of any size are answered alike`(size: Int) throws {
    let server = try EmbeddedServer()
    var rest = Substring("0 S.Echo \"a\"\n1 S.Fail \"b\"\n- S.Echo \"c\"\n")

    while !rest.isEmpty {
      try server.receive(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }

    #expect(try server.sent() == "0 = \"a\"\n1 ! b\n- = \"c\"\n")
  }

  @Test func `two requests of one id are both answered`() throws {
    let server = try EmbeddedServer()

    try server.receive("7 S.Echo \"a\"\n7 S.Echo \"b\"\n")

    #expect(try server.sent() == "7 = \"a\"\n7 = \"b\"\n")
  }

  // JSON-RPC 1.0 calls it a notification; Go answers it: GO-BEHAVIOUR.md, 51.
  @Test func `a request without an id is answered without one`() throws {
    let server = try EmbeddedServer()

    try server.receive("- S.Echo \"a\"\n")

    #expect(try server.sent() == "- = \"a\"\n")
  }

  // Go: rpc/server.go, ServeCodec(); GO-BEHAVIOUR.md, 19.
  @Test func `a request that finds no method is answered, and the next is served`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 Add 1\n1 X.Y 1\n2 S.Y 1\n3 S.Y\n4 S.Echo \"a\"\n")

    let expected = """
      0 ! rpc: service/method request ill-formed: Add
      1 ! rpc: can't find service X.Y
      2 ! rpc: can't find method S.Y
      3 ! rpc: can't find method S.Y
      4 = "a"

      """
    #expect(try server.sent() == expected)
  }

  // GO-BEHAVIOUR.md, 20.
  @Test func `a request whose body is missing or wrong is answered, and the next is served`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo\n1 S.Echo 7\n2 S.Echo \"a\"\n")

    #expect(try server.sent() == "0 ! no body\n1 ! rpc: cannot decode argument: wrong type\n2 = \"a\"\n")
  }

  @Test func `a message that fails alone is answered without an id, and the next is served`() throws {
    let server = try EmbeddedServer()

    try server.receive("?odd\n2 S.Echo \"a\"\n")

    #expect(try server.sent() == "- ! odd\n2 = \"a\"\n")
  }

  // MARK: Replies that cannot be sent

  @Test func `what a method throws is the error's text`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Fail \"no\"\n1 S.Fail \"\"\n")

    #expect(try server.sent() == "0 ! no\n1 ! unspecified error\n")
  }

  @Test func `a reply that cannot be encoded is an error, and the method was called`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.NaN {}\n1 S.Unwritable {}\n2 S.Null {}\n")

    let lines = try server.sent().split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("0 ! rpc: cannot encode reply: "))
    #expect(lines[1] == "1 ! rpc: cannot encode reply: a reply that cannot be written")
    #expect(lines[2] == "2 ! \(WireText.nullReply)")
    #expect(server.calls.count == 1)
  }

  // MARK: Malformed input

  @Test func `a malformed message is answered by a line that says why`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo \"a\"\n#bad\n")

    #expect(try server.sent() == "0 = \"a\"\n- ! rpc: server cannot decode request: bad at byte 0\n")
  }

  @Test(arguments: ["S.Echo", "S.Unknown"])
  func `a body that leaves what follows without sense is refused`(method: String) throws {
    let server = try EmbeddedServer()

    try server.receive("0 \(method) #bad\n1 S.NaN {}\n")

    #expect(try server.sent() == "- ! rpc: server cannot decode request: bad at byte 0\n")
    #expect(server.calls.count == 0)
  }

  @Test func `a message behind a malformed one is never run`() throws {
    let server = try EmbeddedServer()

    try server.receive("#bad\n0 S.NaN {}\n")
    try? server.receive("1 S.NaN {}\n")

    #expect(server.calls.count == 0)
  }

  @Test func `without explanations a malformed message closes without a word`() throws {
    var configuration = ServerConfiguration()
    configuration.explainsMalformedRequests = false
    let server = try EmbeddedServer(configuration)

    try server.receive("0 S.Echo \"a\"\n#bad\n")

    #expect(try server.sent() == "0 = \"a\"\n")
    #expect(!server.channel.isActive)
  }

  @Test func `a message past the limit is refused before it has come`() throws {
    var configuration = ServerConfiguration()
    configuration.messageLimits.maximumBytes = 20
    let server = try EmbeddedServer(configuration)

    try server.receive("0 S.Echo \"aaaaaaaaaaaaaaaaaaaaaaaaa")

    let sent = try server.sent()
    #expect(sent == "- ! rpc: server cannot decode request: message has more than 20 bytes\n")
  }

  @Test func `a message that is cut off by the end of input is refused`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo \"a\"\n1 S.Ec")
    server.inputEnds()

    let refusal = "- ! rpc: server cannot decode request: unexpected end of input at byte 6\n"
    #expect(try server.sent() == "0 = \"a\"\n" + refusal)
  }

  @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "POST"])
  func `a connection that begins as another protocol does is closed without a word`(text: String) throws {
    let server = try EmbeddedServer()

    try server.receive(text)

    #expect(try server.sent() == "")
    #expect(!server.channel.isActive)
  }

  @Test func `only the first byte of a connection is looked at`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo \"a\"\n")
    try server.receive("G S.Echo \"b\"\n")

    #expect(try server.sent() == "0 = \"a\"\nG = \"b\"\n")
  }

  // MARK: The end

  @Test func `a connection whose input has ended is answered and closed`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo \"a\"\n")
    server.inputEnds()

    #expect(try server.sent() == "0 = \"a\"\n")
    #expect(!server.channel.isActive)
  }

  @Test func `a connection that says nothing is closed at the end of its input`() throws {
    let server = try EmbeddedServer()

    server.inputEnds()

    #expect(try server.sent() == "")
    #expect(!server.channel.isActive)
  }

  @Test func `an error of the channel closes the connection`() throws {
    let server = try EmbeddedServer()

    server.channel.pipeline.fireErrorCaught(ChannelError.inputClosed)

    #expect(!server.channel.isActive)
  }

  @Test func `nothing of a connection outlives its channel`() throws {
    let isReleased = Event()
    let codec = Codec(
      name: "watched",
      coder: LineCoder(),
      makeClientCodec: LineClientCodec.init,
      makeServerCodec: { WatchedCodec(LineServerCodec($0), isReleased) }
    )
    let server = try EmbeddedServer(codec: codec)

    try server.receive("0 S.Echo \"a\"\n")
    try server.channel.close().wait()
    server.channel.embeddedEventLoop.run()

    #expect(isReleased.count == 1)
  }

  // MARK: Backpressure

  @Test func `nothing is read while the peer does not read, and reading goes on when it does`() throws {
    let server = try EmbeddedServer()
    server.channel.isWritable = false
    server.channel.pipeline.fireChannelWritabilityChanged()

    try server.receive("0 S.Echo \"a\"\n")
    let whileFull = try server.sent()
    server.channel.isWritable = true
    server.channel.pipeline.fireChannelWritabilityChanged()

    #expect(whileFull == "")
    #expect(try server.sent() == "0 = \"a\"\n")
  }

  @Test func `a read that was held back is made up for`() throws {
    let server = try EmbeddedServer()
    let reads = ReadCounter()
    try server.channel.pipeline.syncOperations.addHandler(reads, position: .first)
    server.channel.isWritable = false
    server.channel.pipeline.fireChannelWritabilityChanged()
    server.channel.pipeline.read()
    let whileFull = reads.count

    server.channel.isWritable = true
    server.channel.pipeline.fireChannelWritabilityChanged()
    let after = reads.count
    server.channel.pipeline.fireChannelWritabilityChanged()

    #expect(whileFull == 0)
    #expect(after == 1)
    #expect(reads.count == 1)
  }

  @Test func `requests that came behind the end of input are answered when the peer reads again`() throws {
    let server = try EmbeddedServer()
    server.channel.isWritable = false
    server.channel.pipeline.fireChannelWritabilityChanged()
    try server.receive("0 S.Echo \"a\"\n")
    server.inputEnds()
    let wasActive = server.channel.isActive

    server.channel.isWritable = true
    server.channel.pipeline.fireChannelWritabilityChanged()

    #expect(wasActive)
    #expect(try server.sent() == "0 = \"a\"\n")
    #expect(!server.channel.isActive)
  }
}

/// A codec that tells when it is gone, and its connection with it.
private final class WatchedCodec: ServerCodec {
  private var codec: LineServerCodec
  private let isReleased: Event

  init(_ codec: LineServerCodec, _ isReleased: Event) {
    self.codec = codec
    self.isReleased = isReleased
  }

  deinit {
    isReleased.happen()
  }

  func readRequestHeader(from input: inout ByteBuffer) throws(CodecError) -> RequestHeader? {
    try codec.readRequestHeader(from: &input)
  }

  func readRequestBody() throws(CodecError) -> Body {
    try codec.readRequestBody()
  }

  func writeResponse(_ header: ResponseHeader, _ body: Body?, to output: inout ByteBuffer) throws(CodecError)
  {
    try codec.writeResponse(header, body, to: &output)
  }
}

private final class ReadCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private(set) var count = 0

  func read(context: ChannelHandlerContext) {
    count += 1
    context.read()
  }
}
