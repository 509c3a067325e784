import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ConnectionWatchTests {
  private let start = NIODeadline.now()

  private func watch(_ change: (inout ClientConfiguration) -> Void = { _ in }) -> ConnectionWatch {
    var configuration = ClientConfiguration()
    change(&configuration)
    return ConnectionWatch(configuration)
  }

  @Test func `a connection on which all is done need not be looked at`() {
    var watch = watch()

    let finding = watch.look(.init(bytesWritten: 100, reads: 3, messages: 3), at: start)

    #expect(finding == .calm)
  }

  @Test func `an eighth of the shortest limit lies between two looks`() {
    #expect(watch().interval == .milliseconds(3750))
    #expect(watch { $0.probe = ServerProbe(interval: .seconds(4)) }.interval == .milliseconds(500))
    #expect(watch { $0.messageTimeout = .zero }.interval == .milliseconds(1))
  }

  @Test func `a server that takes nothing for the limit is lost`() {
    var watch = watch()
    let sight = ConnectionWatch.Sight(bytesWritten: 100, bytesWaiting: 60)

    let findings = [0, 15, 29, 30].map { watch.look(sight, at: start + .seconds($0)) }

    #expect(findings[..<3] == [.waiting, .waiting, .waiting])
    #expect(findings[3] == .lost(reason: "the server has read nothing for 30 seconds"))
  }

  @Test func `a server that takes a little now and then is not lost`() {
    var watch = watch()

    let findings = (0..<20).map { step in
      let sight = ConnectionWatch.Sight(bytesWritten: 1000, bytesWaiting: 1000 - step)
      return watch.look(sight, at: start + .seconds(Int64(step) * 20))
    }

    #expect(findings.allSatisfy { $0 == .waiting })
  }

  @Test func `a message that is not finished within the limit loses the connection`() {
    var watch = watch()
    let findings = (0...4).map { step in
      // A byte now and then makes no message.
      let sight = ConnectionWatch.Sight(reads: step, messages: 7, isInsideMessage: true)
      return watch.look(sight, at: start + .seconds(Int64(step) * 10))
    }

    #expect(findings[..<3] == [.waiting, .waiting, .waiting])
    #expect(findings[3] == .lost(reason: "a message of the server was not finished within 30 seconds"))
  }

  @Test func `each message has its own time`() {
    var watch = watch()

    let findings = (0..<10).map { step in
      let sight = ConnectionWatch.Sight(reads: step, messages: step, isInsideMessage: true)
      return watch.look(sight, at: start + .seconds(Int64(step) * 20))
    }

    #expect(findings.allSatisfy { $0 == .waiting })
  }

  @Test func `without limits nothing is ever lost`() {
    var watch = watch { configuration in
      configuration.writeTimeout = nil
      configuration.messageTimeout = nil
    }
    let sight = ConnectionWatch.Sight(bytesWritten: 2, bytesWaiting: 1, isInsideMessage: true)

    let findings = [0, 1_000_000].map { watch.look(sight, at: start + .seconds($0)) }

    #expect(findings == [.waiting, .waiting])
  }

  @Test func `a silent server is called once, and lost when it stays silent`() {
    var watch = watch { $0.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4)) }

    let findings = stride(from: Int64(0), through: 12, by: 2).map { second in
      watch.look(.init(reads: 1), at: start + .seconds(Int64(second)))
    }

    #expect(findings[..<6] == [.waiting, .waiting, .waiting, .waiting, .silent, .waiting])
    #expect(findings[6] == .lost(reason: "the server did not answer a probe within 4 seconds"))
  }

  @Test func `a server that may be too busy to read the probe has until the first call's time is over`() {
    var watch = watch { $0.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4)) }
    let sight = ConnectionWatch.Sight(reads: 1, busyUntil: start + .seconds(60))

    let findings = [0, 8, 12, 59].map { watch.look(sight, at: start + .seconds($0)) }
    // The calls that have come since then have more time.
    let late = watch.look(.init(reads: 1, busyUntil: start + .seconds(99)), at: start + .seconds(60))

    #expect(findings == [.waiting, .silent, .waiting, .waiting])
    #expect(late == .lost(reason: "the server did not answer a probe within 4 seconds"))
  }

  @Test func `a server that was too busy when it was called has the probe's time when it is called again`() {
    var watch = watch { $0.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4)) }
    for second in [0, 8] {
      _ = watch.look(.init(reads: 1, busyUntil: start + .seconds(60)), at: start + .seconds(Int64(second)))
    }

    let findings = [10, 18, 22].map { watch.look(.init(reads: 2), at: start + .seconds($0)) }

    #expect(findings[..<2] == [.waiting, .silent])
    #expect(findings[2] == .lost(reason: "the server did not answer a probe within 4 seconds"))
  }

  @Test func `a server that says anything is there`() {
    var watch = watch { $0.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4)) }
    for second in [0, 8] { _ = watch.look(.init(reads: 1), at: start + .seconds(Int64(second))) }

    let findings = [10, 12, 17, 18].map { watch.look(.init(reads: 2), at: start + .seconds($0)) }

    #expect(findings == [.waiting, .waiting, .waiting, .silent])
  }
}
