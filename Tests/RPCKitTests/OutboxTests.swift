import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct OutboxTests {
  @Test func `the first element schedules one turn, which takes all that came`() {
    let loop = EmbeddedEventLoop()
    let turns = Record<Int>()
    let outbox = Outbox<Int>(eventLoop: loop) { turns.append(0) }
    for number in 1...3 { outbox.append(number) }

    loop.run()
    var elements = [0]
    outbox.takeAll(into: &elements)

    #expect(turns.elements.count == 1)
    #expect(elements == [1, 2, 3])
  }

  @Test func `what comes behind a turn schedules another`() {
    let loop = EmbeddedEventLoop()
    let turns = Record<Int>()
    let outbox = Outbox<Int>(eventLoop: loop) { turns.append(0) }
    var elements: [Int] = []
    outbox.append(1)
    loop.run()
    outbox.takeAll(into: &elements)

    outbox.append(2)
    loop.run()
    outbox.takeAll(into: &elements)

    #expect(turns.elements.count == 2)
    #expect(elements == [2])
  }

  @Test func `what was there and what comes is dropped when it is closed`() {
    let loop = EmbeddedEventLoop()
    let turns = Record<Int>()
    let outbox = Outbox<Int>(eventLoop: loop) { turns.append(0) }
    var elements: [Int] = []
    outbox.append(1)
    outbox.close()

    outbox.append(2)
    loop.run()
    outbox.takeAll(into: &elements)

    #expect(elements.isEmpty)
    #expect(turns.elements.count == 1)
  }

  @Test func `nothing that many tasks hand over is lost`() async {
    let all = Event()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let taken = Mutex<Set<Int>>([])
    let box = Mutex<Outbox<Int>?>(nil)
    let outbox = Outbox<Int>(eventLoop: loop) {
      var elements: [Int] = []
      box.withLock { $0 }?.takeAll(into: &elements)
      for element in elements {
        _ = taken.withLock { $0.insert(element) }
        all.happen()
      }
    }
    box.withLock { $0 = outbox }

    await withTaskGroup(of: Void.self) { group in
      for number in 0..<1000 { group.addTask { outbox.append(number) } }
    }
    await all.happened(times: 1000)

    #expect(taken.withLock { $0 } == Set(0..<1000))
    box.withLock { $0 = nil }
  }
}
