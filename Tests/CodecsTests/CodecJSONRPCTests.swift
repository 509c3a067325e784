import RPCKit
import Testing

@testable import Codecs

struct CodecJSONRPCTests {
  private let codec = Codec.jsonRPC(name: "mine", coder: TestCoder())

  @Test func `an engine of one's own becomes a codec`() {
    #expect(codec.name == "mine")
    #expect(codec.coder is TestCoder)
    #expect(codec.makeServerCodec(MessageLimits()) is JSONServerCodec)
    #expect(codec.makeClientCodec(MessageLimits()) is JSONClientCodec)
  }

  @Test func `HTTP, TLS and binary are not admitted`() {
    for byte in "GPCOZA".utf8 {
      #expect(!codec.admits(byte))
    }
    for byte in [0x00, 0x01, 0x08, 0x0B, 0x16, 0x1B, 0x1F, 0x7F, 0x80, 0xEF, 0xFF] as [UInt8] {
      #expect(!codec.admits(byte))
    }
  }

  @Test func `JSON, well-formed or not, is admitted`() {
    for byte in "{[\"-0123456789tfn \t\r\nxyz@`/.:!~}".utf8 {
      #expect(codec.admits(byte))
    }
  }
}
