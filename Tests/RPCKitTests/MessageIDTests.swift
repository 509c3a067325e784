import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MessageIDTests {
  @Test(arguments: [0, 1, UInt64.max])
  func `an id made of a number is that number`(number: UInt64) {
    let id = MessageID(number)

    #expect(id.sequence == number)
    #expect(id.bytes == nil)
  }

  @Test func `an id made of bytes keeps them as they are, and is no number`() {
    let id = MessageID(bytes: "1.0".utf8)

    #expect(id.bytes == Array("1.0".utf8))
    #expect(id.sequence == nil)
  }

  @Test func `an absent id is neither`() {
    let id = MessageID.absent

    #expect(id.sequence == nil)
    #expect(id.bytes == nil)
  }

  @Test func `ids are equal when they are spelled the same`() {
    let ids: [MessageID] = [MessageID(0), MessageID(bytes: "0".utf8), MessageID(bytes: []), .absent]

    let distinct = Set(ids + ids)

    #expect(distinct.count == 4)
  }
}
