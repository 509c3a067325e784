import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ServerConnectionStateTests {
  private typealias State = ServerConnectionState

  private let malformed = CodecError.malformed(reason: "x", offset: 0)

  private func state(_ change: (inout ServerConfiguration) -> Void = { _ in }) -> State {
    var configuration = ServerConfiguration()
    change(&configuration)
    return State(configuration)
  }

  // MARK: Open

  @Test func `a new connection is open, and waits for bytes`() {
    let state = state()

    let step = state.next(outputHasRoom: true, inputIsExhausted: true)

    #expect(state.phase == .open)
    #expect(step == .wait)
    #expect(state.wantsInput(outputHasRoom: true))
  }

  @Test func `what has come is read`() {
    let state = state()

    let step = state.next(outputHasRoom: true, inputIsExhausted: false)

    #expect(step == .read)
  }

  @Test func `nothing is read while the peer does not read`() {
    let state = state()

    let step = state.next(outputHasRoom: false, inputIsExhausted: false)

    #expect(step == .wait)
    #expect(!state.wantsInput(outputHasRoom: false))
  }

  @Test func `at the limit of calls nothing is read until one has finished`() {
    var state = state { $0.maximumCallsInFlight = 2 }
    state.callStarted(bytes: 1)
    let below = state.next(outputHasRoom: true, inputIsExhausted: false)

    state.callStarted(bytes: 1)
    let atLimit = state.next(outputHasRoom: true, inputIsExhausted: false)
    let wantsInput = state.wantsInput(outputHasRoom: true)
    state.callFinished(bytes: 1)

    #expect(below == .read)
    #expect(atLimit == .wait)
    #expect(!wantsInput)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .read)
    #expect(state.wantsInput(outputHasRoom: true))
  }

  @Test func `an ordered connection has one call at a time, whatever the limit`() {
    var state = state {
      $0.isOrdered = true
      $0.maximumCallsInFlight = 100
    }

    state.callStarted(bytes: 1)

    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .wait)
  }

  @Test func `a limit of no calls is one of one call`() {
    let state = state { $0.maximumCallsInFlight = 0 }

    let step = state.next(outputHasRoom: true, inputIsExhausted: false)

    #expect(step == .read)
  }

  @Test func `at the limit of bytes nothing is read until a call has finished`() {
    var state = state { $0.maximumBytesInFlight = 100 }
    state.callStarted(bytes: 99)
    let below = state.next(outputHasRoom: true, inputIsExhausted: false)

    state.callStarted(bytes: 1)
    let atLimit = state.next(outputHasRoom: true, inputIsExhausted: false)
    state.callFinished(bytes: 1)

    #expect(below == .read)
    #expect(atLimit == .wait)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .read)
  }

  @Test func `a request larger than the limit of bytes is read when no other is in flight`() {
    let state = state { $0.maximumBytesInFlight = 0 }

    let step = state.next(outputHasRoom: true, inputIsExhausted: false)

    #expect(step == .read)
  }

  // MARK: The end of input

  @Test func `behind the end of input what had come is still read, and nothing more is wanted`() {
    var state = state()

    state.inputEnded()

    #expect(state.phase == .inputEnded)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .read)
    #expect(!state.wantsInput(outputHasRoom: true))
  }

  @Test func `behind the end of input the connection closes when all calls have finished`() {
    var state = state()
    state.callStarted(bytes: 1)
    state.inputEnded()

    let inFlight = state.next(outputHasRoom: true, inputIsExhausted: true)
    state.callFinished(bytes: 1)

    #expect(inFlight == .wait)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .close)
  }

  @Test func `behind the end of input unread requests are not lost to a full output`() {
    var state = state()
    state.inputEnded()

    let step = state.next(outputHasRoom: false, inputIsExhausted: false)

    #expect(step == .wait)
  }

  // MARK: Refusing

  @Test(arguments: [true, false])
  func `a malformed message is refused when the calls before it are answered`(inputEnded: Bool) {
    var state = state()
    state.callStarted(bytes: 1)
    if inputEnded { state.inputEnded() }
    state.refuse(malformed)

    let inFlight = state.next(outputHasRoom: true, inputIsExhausted: false)
    state.callFinished(bytes: 1)

    #expect(inFlight == .wait)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .sayLastWord(malformed))
    #expect(!state.wantsInput(outputHasRoom: true))
  }

  @Test func `a peer that is not to be told why hears nothing`() {
    var state = state { $0.explainsMalformedRequests = false }

    state.refuse(malformed)

    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .sayLastWord(nil))
  }

  @Test func `the first malformed message is the one that is named`() {
    var state = state()
    state.refuse(malformed)

    state.refuse(.malformed(reason: "y", offset: 1))

    #expect(state.phase == .refusing(malformed))
  }

  @Test func `the end of input does not keep a malformed message from being named`() {
    var state = state()
    state.refuse(malformed)

    state.inputEnded()

    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .sayLastWord(malformed))
  }

  // MARK: Draining

  @Test(arguments: [true, false])
  func `a draining connection wants no more bytes, and ends when its calls have finished`(inputEnded: Bool) {
    var state = state()
    state.callStarted(bytes: 1)
    if inputEnded { state.inputEnded() }
    state.drain()

    let inFlight = state.next(outputHasRoom: true, inputIsExhausted: true)
    state.callFinished(bytes: 1)

    #expect(inFlight == .wait)
    #expect(!state.keepsInput)
    #expect(!state.wantsInput(outputHasRoom: true))
    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .sayLastWord(nil))
  }

  @Test func `a draining connection answers what it has read, as far as its limits go`() {
    var state = state { $0.maximumCallsInFlight = 1 }
    state.drain()

    let waitingRequest = state.next(outputHasRoom: true, inputIsExhausted: false)
    state.callStarted(bytes: 1)

    #expect(waitingRequest == .read)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .wait)
    state.callFinished(bytes: 1)
    #expect(state.next(outputHasRoom: false, inputIsExhausted: false) == .wait)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .read)
  }

  @Test func `a malformed message that a draining connection has read is named`() {
    var state = state()
    state.drain()

    state.refuse(malformed)

    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .sayLastWord(malformed))
  }

  @Test func `draining does not keep a malformed message from being named`() {
    var state = state()
    state.refuse(malformed)

    state.drain()

    #expect(state.phase == .refusing(malformed))
  }

  // MARK: Calls past their time limit

  @Test func `a call past its time limit counts until it has finished`() {
    var state = state { $0.maximumCallsInFlight = 1 }
    state.callStarted(bytes: 1)

    state.callTimedOut()
    let whileItRuns = state.next(outputHasRoom: true, inputIsExhausted: false)
    state.callFinished(bytes: 1, isAnswered: true)

    #expect(whileItRuns == .wait)
    #expect(state.callsInFlight == 0)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .read)
  }

  @Test func `a connection does not wait for calls that have been answered at their time limit`() {
    var ended = state()
    var draining = state()
    ended.callStarted(bytes: 1)
    draining.callStarted(bytes: 1)
    ended.inputEnded()
    draining.drain()

    ended.callTimedOut()
    draining.callTimedOut()

    #expect(ended.next(outputHasRoom: true, inputIsExhausted: true) == .close)
    #expect(draining.next(outputHasRoom: true, inputIsExhausted: true) == .sayLastWord(nil))
  }

  // MARK: Lingering

  @Test func `a peer that has ended its output is not waited for`() {
    var state = state()
    state.inputEnded()
    state.refuse(malformed)

    state.saidLastWord()

    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .close)
  }

  @Test func `a refused peer's bytes are wanted, to be thrown away, and are not read`() {
    var state = state()
    state.refuse(malformed)

    state.saidLastWord()

    #expect(state.wantsInput(outputHasRoom: false))
    #expect(!state.keepsInput)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .wait)
  }

  @Test func `lingering ends when more than 1 MiB has been thrown away`() {
    var state = state()
    state.refuse(malformed)
    state.saidLastWord()

    state.threwAway(bytes: 1 << 20)
    let atLimit = state.next(outputHasRoom: true, inputIsExhausted: true)
    state.threwAway(bytes: 1)

    #expect(atLimit == .wait)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .close)
  }

  @Test func `lingering ends with the peer's output`() {
    var state = state()
    state.refuse(malformed)
    state.saidLastWord()

    state.inputEnded()

    #expect(state.next(outputHasRoom: true, inputIsExhausted: true) == .close)
  }

  @Test func `bytes thrown away in another phase count for nothing`() {
    var state = state()

    state.threwAway(bytes: 2 << 20)

    #expect(state.phase == .open)
  }

  // MARK: Closing

  @Test func `a connection that is to close closes once, and then waits for nothing`() {
    var state = state()
    state.close()
    let closing = state.next(outputHasRoom: true, inputIsExhausted: false)

    state.closed()
    state.close()

    #expect(closing == .close)
    #expect(state.phase == .closed)
    #expect(state.next(outputHasRoom: true, inputIsExhausted: false) == .wait)
    #expect(!state.wantsInput(outputHasRoom: true))
  }

  @Test func `nothing opens a closed connection again`() {
    var state = state()
    state.close()
    state.closed()

    state.inputEnded()
    state.refuse(malformed)
    state.threwAway(bytes: 1)

    #expect(state.phase == .closed)
  }
}
