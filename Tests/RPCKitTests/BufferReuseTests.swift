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

  @Test(arguments: [(1 << 10, false), (1 << 20, true)])
  func `a small part of a large buffer is copied`(bytes: Int, isCopied: Bool) throws {
    let part = try #require(ByteBuffer(repeating: 7, count: bytes).getSlice(at: 100, length: 20))

    let held = part.withoutLargeSurroundings

    #expect(held == ByteBuffer(repeating: 7, count: 20))
    #expect((held.storageCapacity < part.storageCapacity) == isCopied)
  }

  @Test func `a large part of a large buffer is not copied`() throws {
    let part = try #require(ByteBuffer(repeating: 7, count: 1 << 20).getSlice(at: 0, length: 1 << 19))

    #expect(part.withoutLargeSurroundings.storageCapacity == part.storageCapacity)
  }
}
