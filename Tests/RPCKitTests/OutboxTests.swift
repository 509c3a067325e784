import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct OutboxTests {
  @Test func `the first element schedules one turn, which takes all that came`() {
    let loop = EmbeddedEventLoop()
    let turns = Record<[Int]>()
    let outbox = Outbox<Int>(eventLoop: loop) { turns.append($0) }
    for number in 1...3 { outbox.append(number) }

    loop.run()

    #expect(turns.elements == [[1, 2, 3]])
  }

  @Test func `what comes behind a turn schedules another`() {
    let loop = EmbeddedEventLoop()
    let turns = Record<[Int]>()
    let outbox = Outbox<Int>(eventLoop: loop) { turns.append($0) }
    for number in 1...3 {
      outbox.append(number)
      loop.run()
    }

    #expect(turns.elements == [[1], [2], [3]])
  }

  @Test func `nothing that many tasks hand over is lost`() async {
    let all = Event()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let taken = Mutex<Set<Int>>([])
    let outbox = Outbox<Int>(eventLoop: loop) { elements in
      for element in elements {
        _ = taken.withLock { $0.insert(element) }
        all.happen()
      }
    }

    await withTaskGroup(of: Void.self) { group in
      for number in 0..<1000 { group.addTask { outbox.append(number) } }
    }
    await all.happened(times: 1000)

    #expect(taken.withLock { $0 } == Set(0..<1000))
  }
}
