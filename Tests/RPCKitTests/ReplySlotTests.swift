import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ReplySlotTests {
  private func slot() -> ReplySlot<String> {
    ReplySlot(deadline: CallDeadline(after: .seconds(60))) { try $0.decode(as: String.self) }
  }

  private func body(_ text: String) -> Body {
    Body(bytes: ByteBuffer(string: text), coder: LineCoder())
  }

  @Test func `a result that has come is there for whoever asks`() async throws {
    let slot = slot()
    slot.complete(.success(body(#""x""#)))

    let values = [try await slot.result().get(), try await slot.result().get()]

    #expect(values == ["x", "x"])
  }

  @Test func `every task that waits gets the result`() async throws {
    let slot = slot()
    let tasks = (0..<10).map { _ in Task { try await slot.result().get() } }

    slot.complete(.success(body(#""x""#)))

    for task in tasks { #expect(try await task.value == "x") }
  }

  @Test func `the first result counts`() async throws {
    let slot = slot()
    slot.complete(.success(body(#""first""#)))

    slot.complete(.success(body(#""second""#)))
    slot.complete(.failure(.cancelled))

    #expect(try await slot.result().get() == "first")
  }

  @Test func `a body that does not fit is the caller's error`() async {
    let slot = slot()
    slot.complete(.success(body("7")))

    let error = await slot.result().error

    #expect(error.isReplyNotDecodable)
  }

  @Test func `a large body is decoded by the task that wants it`() async throws {
    let large = String(repeating: "x", count: 5000)
    let decoded = Event()
    let slot = ReplySlot<String>(deadline: CallDeadline(after: .seconds(60))) { body in
      decoded.happen()
      return try body.decode(as: String.self)
    }

    slot.complete(.success(body("\"\(large)\"")))
    let before = decoded.count
    let value = try await slot.result().get()

    #expect(before == 0)
    #expect(value == large)
  }
}
