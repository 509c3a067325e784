import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ReplySlotTests {
  private func slot() -> ReplySlot {
    ReplySlot(deadline: CallDeadline(after: .seconds(60)))
  }

  private func body(_ text: String) -> Body {
    Body(bytes: ByteBuffer(string: text), coder: LineCoder())
  }

  @Test func `a result that has come is there for whoever asks`() async throws {
    let slot = slot()
    slot.complete(.success(body(#""x""#)))

    let values = [try await slot.result {}.get().text, try await slot.result {}.get().text]

    #expect(values == [#""x""#, #""x""#])
  }

  @Test func `every task that waits gets the result`() async throws {
    let slot = slot()
    let tasks = (0..<10).map { _ in Task { try await slot.result {}.get().text } }

    slot.complete(.success(body(#""x""#)))

    for task in tasks { #expect(try await task.value == #""x""#) }
  }

  @Test func `the first result counts`() async throws {
    let slot = slot()
    slot.complete(.success(body(#""first""#)))

    slot.complete(.success(body(#""second""#)))
    slot.complete(.failure(.cancelled))

    #expect(try await slot.result {}.get().text == #""first""#)
  }
}

extension Body {
  fileprivate var text: String { String(buffer: bytes) }
}
