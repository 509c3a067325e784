import NIOCore
import Testing

@testable import RPCKit

struct BufferReuseTests {
  @Test(arguments: [(1 << 10, true), (1 << 20, false)])
  func `a buffer keeps its memory, but not that of a large message`(bytes: Int, isKept: Bool) {
    var buffer = ByteBuffer(repeating: 0, count: bytes)

    buffer.empty()

    #expect(buffer.readableBytes == 0)
    #expect((buffer.capacity > 0) == isKept)
  }
}
