import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ServerInputTests {
  @Test func `what has come can be read until the codec asks for more`() {
    var input = ServerInput()
    let before = input.isExhausted

    input.append(ByteBuffer(string: "abc"))
    let after = input.isExhausted
    input.exhaust()

    #expect(before)
    #expect(!after)
    #expect(input.isExhausted)
  }

  @Test func `what comes stands behind what is left of the bytes before`() {
    var input = ServerInput()
    input.append(ByteBuffer(string: "abc"))
    input.bytes.moveReaderIndex(forwardBy: 2)

    input.append(ByteBuffer(string: "def"))

    #expect(String(buffer: input.bytes) == "cdef")
    #expect(input.bytes.readerIndex == 0)
  }

  @Test func `a message is unfinished where the codec has asked for more and left something`() {
    var input = ServerInput()
    let between = input.bytesOfUnfinishedMessage

    input.append(ByteBuffer(string: "abc"))
    let unread = input.bytesOfUnfinishedMessage
    input.exhaust()
    let unfinished = input.bytesOfUnfinishedMessage
    input.clear()

    #expect(between == nil)
    #expect(unread == nil)
    #expect(unfinished == 3)
    #expect(input.bytesOfUnfinishedMessage == nil)
  }
}
