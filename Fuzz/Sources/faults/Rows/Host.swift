import Foundation
import NIOCore
import RPCKit

extension Row {
  /// R28.
  static let locale = Row(
    name: "R28",
    promise:
      "300,000 numbers go out and come back right while the process's locale changes to a decimal comma and back"
  ) { engine, findings in
    let child = try ChildProcess(nil, ["localized", "engine=\(engine.name)", "count=300000"])
    let wrong = child.readLine() ?? "died: \(child.log)"
    findings.expect(wrong == "0", wrong)
    findings.note("300,000 round trips of five numbers, \(wrong) wrong")
  }
}

extension Row {
  /// R29.
  static let signals = Row(
    name: "R29",
    promise:
      "signals that mean nothing interrupt nothing, and writing to a connection that is gone kills nobody"
  ) { engine, findings in
    let server = try ServerProcess(engine)
    let client = try await RPCClient.connect(to: server.endpoint, codec: engine.codec)
    var wrong = 0
    for _ in 0..<20 {
      for signal in [SIGCHLD, SIGURG, SIGCONT, SIGWINCH] {
        for number in 0..<20 {
          let call = client.start("Fault.Add", Args(A: number, B: 1), returning: Int.self)
          server.child.send(signal: signal)
          if try await call.reply != number + 1 { wrong += 1 }
        }
      }
    }
    try? await client.close()
    for _ in 0..<200 {
      let socket = try server.connect()
      socket.send(
        #"{"method":"Fault.Text","params":[1000000],"id":1}{"method":"Fault.Text","params":[1000000],"id":2}"#
      )
      socket.close()
    }
    _ = try server.latencies(of: 10)
    findings.expect(
      wrong == 0 && server.child.isRunning,
      "\(wrong) wrong, running: \(server.child.isRunning)"
    )
    findings.note("1,600 calls between 1,600 signals, \(wrong) wrong; 200 peers went before they had read")
  }
}

extension Row {
  /// R33.
  static let logs = Row(
    name: "R33",
    promise:
      "what a peer sends makes one line of the log each, without control characters, of 256 of its bytes at most"
  ) { engine, findings in
    let server = try ServerProcess(engine)
    let names = [
      #"a\nFAKE line\u001b[31m"#, String(repeating: "m", count: 1 << 20), "S\\u0085\\u2028.\\u0000\\u202e",
    ]
    for name in names {
      _ = try server.connect().converse(#"{"method":"\#(name)","params":["secret"],"id":1}"#.utf8)
    }
    _ = try server.connect().converse([0x7B, 0x1B, 0x5B, 0x33, 0x31, 0x6D, 0x0A, 0x46])
    let log = server.child.log
    let lines = log.split(separator: "\n", omittingEmptySubsequences: true)
    findings.expect(lines.count == names.count + 1, "\(lines.count) lines")
    findings.expect(
      !log.utf8.contains { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F },
      "a control character in \(log)"
    )
    findings.expect(!log.contains("secret"), "an argument in \(log)")
    findings.expect(
      !log.contains("\u{85}") && !log.contains("\u{2028}") && !log.contains("\u{202E}"),
      "a line end in \(log)"
    )
    let longest = lines.map(\.utf8.count).max() ?? 0
    findings.expect(longest < 700, "a line of \(longest) bytes")
    findings.note(
      "\(names.count + 1) requests, \(lines.count) lines, the longest of \(longest) bytes, own words included"
    )
  }
}

extension Row {
  /// R27: the whole way through jansson, of which nothing may be left; also Foundation's, for comparison.
  static let memory = Row(
    name: "R27",
    promise: "a million values encoded and decoded by eight threads leave no memory behind"
  ) { engine, findings in
    let coder = engine.codec.coder
    let values = (0..<100).map { ["name \($0)": [Double($0) / 3, 1e300, -0.5]] }
    @Sendable func roundTrips(_ count: Int) throws -> Int {
      var wrong = 0
      for index in 0..<count {
        let value = values[index % values.count]
        let body = try Body(encoding: value, coder: coder)
        if try body.decode(as: [String: [Double]].self) != value { wrong += 1 }
        // An error leaves nothing behind either.
        if (try? body.decode(as: [Int].self)) != nil { wrong += 1 }
      }
      return wrong
    }
    var wrong = try await onThread { try roundTrips(100_000) }
    let figures = ProcessFigures(id: getpid())
    let before = figures.memory
    wrong += try await withThrowingTaskGroup { group in
      for _ in 0..<8 { group.addTask { try await onThread { try roundTrips(125_000) } } }
      return try await group.reduce(0, +)
    }
    let growth = figures.memory - before
    findings.expect(wrong == 0, "\(wrong) wrong")
    findings.expect(growth < 16 << 20, "memory grew by \(growth.mebibytes)")
    findings.note(
      "1,000,000 round trips and as many errors, \(wrong) wrong; memory \(before.mebibytes) + \(growth.mebibytes)"
    )
  }
}
