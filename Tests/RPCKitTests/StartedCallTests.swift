import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct StartedCallTests {
  @Test func `a call that is given up is cancelled, whatever its interceptor throws when it is told`() async {
    struct Refused: Error {}
    let slot = ReplySlot(deadline: CallDeadline(after: .seconds(60)))
    let task = Task {
      await withTaskCancellationHandler {
        await Event().happened()
      } onCancel: {
        slot.complete(.failure(.interceptor(Refused())))
      }
    }

    StartedCall(slot, .intercepted(task)).giveUp()

    await task.value
    #expect(await slot.result {}.error.isCancelled)
  }
}
