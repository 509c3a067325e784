import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct RepeatedLineTests {
  @Test func `a line is written at most once a minute, with how often it was due`() {
    var line = RepeatedLine()
    let start = NIODeadline.now()

    let counts = [0, 1, 59, 60, 61, 200].map { line.isDue(at: start + .seconds($0)) }

    #expect(counts == [1, nil, nil, 3, nil, 2])
  }
}
