import FrameCodec
import Foundation
import NIOCore
import RPCKit
import Testing

/// A codec that is not JSON, made with nothing that a user lacks, carries the same services.
@Suite(.timeLimit(.minutes(1)))
struct FrameCodecTests {
  @Test func `values of every type cross in property lists`() async throws {
    let sent = Everything.sample

    let received = try await withSwiftServer(codec: .frame) { endpoint in
      try await withClient(of: endpoint, codec: .frame) { client in
        try await client.call("Misc.EchoEverything", sent, returning: Everything.self)
      }
    }

    #expect(received == sent)
  }

  @Test func `errors cross as they are, and the connection goes on`() async throws {
    try await withSwiftServer(codec: .frame) { endpoint in
      try await withClient(of: endpoint, codec: .frame) { client in
        try await expectServerError("divide by zero") {
          _ = try await client.call("Arith.Divide", Args(A: 7, B: 0), returning: Quotient.self)
        }
        try await expectServerError("rpc: can't find method Arith.Nope") {
          _ = try await client.call("Arith.Nope", Args(A: 7, B: 0), returning: Quotient.self)
        }
        #expect(try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self) == 56)
      }
    }
  }

  @Test func `a thousand concurrent calls are all answered right`() async throws {
    try await withSwiftServer(codec: .frame) { endpoint in
      try await withClient(of: endpoint, codec: .frame) { client in
        try await withThrowingTaskGroup(of: Bool.self) { calls in
          for number in 0..<1000 {
            calls.addTask {
              try await client.call("Arith.Multiply", Args(A: number, B: 3), returning: Int.self) == number
                * 3
            }
          }
          for try await isRight in calls { #expect(isRight) }
        }
      }
    }
  }

  @Test func `a frame in pieces is read once all of it is there`() throws {
    var codec = Codec.frame.makeClientCodec(MessageLimits())
    var whole = ByteBuffer()
    try codec.writeRequest(
      RequestHeader(serviceMethod: "A.B", messageID: MessageID(7)),
      Body(encoding: "x", coder: Codec.frame.coder),
      to: &whole
    )

    var server = Codec.frame.makeServerCodec(MessageLimits())
    var input = ByteBuffer()
    var headers: [RequestHeader] = []
    for byte in whole.readableBytesView {
      #expect(headers.isEmpty)
      input.writeInteger(byte)
      if let header = try server.readRequestHeader(from: &input) { headers.append(header) }
    }

    #expect(headers == [RequestHeader(serviceMethod: "A.B", messageID: MessageID(7))])
    #expect(try server.readRequestBody().decode(as: String.self) == "x")
  }

  @Test func `a frame past the limit is refused before it is there`() throws {
    var server = Codec.frame.makeServerCodec(MessageLimits(maximumBytes: 100))
    var input = ByteBuffer(integer: UInt32(101))

    #expect(throws: CodecError.limitExceeded(.bytes, maximum: 100, messageID: .absent)) {
      try server.readRequestHeader(from: &input)
    }
  }

  @Test func `a name that does not fit a frame leaves nothing behind`() throws {
    var codec = Codec.frame.makeClientCodec(MessageLimits())
    var output = ByteBuffer(string: "before")
    let header = RequestHeader(serviceMethod: String(repeating: "n", count: 70_000), messageID: MessageID(0))

    #expect(throws: CodecError.self) {
      try codec.writeRequest(header, Body(encoding: 1, coder: Codec.frame.coder), to: &output)
    }
    #expect(output == ByteBuffer(string: "before"))
  }
}
