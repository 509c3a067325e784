import Foundation
import RPCKit

extension Row {
  /// What a client's calls come to when a server does not answer.
  static let clients: [Row] = [
    Row(
      name: "R16",
      promise:
        "kill -9 of a server fails each of 1,000 calls in flight once, within a second, and later ones at once",
      run: killedServer
    ),
    Row(
      name: "R17",
      promise: "100,000 calls time out, late replies are dropped, and the connection is as good as before",
      run: silentServer
    ),
    Row(
      name: "R18",
      promise: "10,000 cancelled calls end once each, and the connection is as good as before",
      run: cancelledCalls
    ),
  ]
}

private var configuration: ClientConfiguration {
  var configuration = ClientConfiguration()
  configuration.maximumCallsInFlight = 1000
  return configuration
}

/// R16.
private func killedServer(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine, ["maximumCallsInFlight": 1000])
  let client = try await RPCClient.connect(
    to: server.endpoint,
    codec: engine.codec,
    configuration: configuration
  )
  let calls = (0..<1000).map { _ in client.start("Fault.Sleep", 60_000, returning: Int.self) }
  let areRunning = try await server.waits { $0.running == 1000 }
  findings.expect(areRunning, "the calls do not all run")
  server.child.send(signal: SIGKILL)
  let start = ContinuousClock.now
  var lost = 0
  for call in calls {
    do { _ = try await call.reply } catch {
      if case .connectionLost = error { lost += 1 } else { findings.expect(false, "ended with \(error)") }
    }
  }
  let time = ContinuousClock.now - start
  findings.expect(lost == 1000 && time < .seconds(1), "\(lost) lost after \(time.short)")
  let later = ContinuousClock.now
  do {
    _ = try await client.call("Fault.Add", Args(A: 1, B: 2), returning: Int.self)
    findings.expect(false, "a later call succeeded")
  } catch {
    guard case .shutdown = error else { return findings.expect(false, "a later call ended with \(error)") }
  }
  findings.note(
    "\(lost) of 1,000 ended with connectionLost after \(time.short), a later one with shutdown after \((.now - later).short)"
  )
}

/// R17: a server that reads everything, and answers all of it when it is asked for something else.
private func silentServer(_ engine: Engine, _ findings: inout Findings) async throws {
  let count = 100_000
  let listening = try ListeningSocket()
  async let lateReplies = onThread {
    let socket = try listening.accept()
    var reader = LineReader(socket)
    var ids: [String] = []
    while let line = reader.next() {
      let id = String(decoding: line.dropLast().reversed().prefix { $0 != 0x3A }.reversed(), as: UTF8.self)
      if line.starts(with: #"{"method":"Good"#.utf8) {
        for late in ids { socket.send(#"{"id":\#(late),"result":-1,"error":null}"#) }
        socket.send(#"{"id":\#(id),"result":7,"error":null}"#)
        break
      }
      ids.append(id)
    }
    _ = socket.readToEnd()
    socket.close()
    return ids.count
  }
  let client = try await RPCClient.connect(
    to: .tcp("127.0.0.1", port: listening.port),
    codec: engine.codec,
    configuration: configuration
  )
  var times: [Duration] = []
  for _ in 0..<20 {
    let start = ContinuousClock.now
    let hasTimedOut = await timesOut(client, after: .milliseconds(100))
    findings.expect(hasTimedOut, "a call did not time out")
    times.append(.now - start)
  }
  let memory = ProcessFigures(id: getpid()).memory
  let timedOut = await withTaskGroup { group in
    for _ in 0..<1000 {
      group.addTask {
        var timedOut = 0
        for _ in 0..<count / 1000 where await timesOut(client, after: .milliseconds(50)) { timedOut += 1 }
        return timedOut
      }
    }
    return await group.reduce(0, +)
  }
  let growth = ProcessFigures(id: getpid()).memory - memory
  let reply = try? await client.call("Good", 0, returning: Int.self)
  try? await client.close()
  let late = try await lateReplies
  listening.close()
  let single = Latencies(times)
  findings.expect(timedOut == count, "\(timedOut) timed out")
  findings.expect(reply == 7, "the good call: \(reply.map(String.init) ?? "failed")")
  findings.expect(
    single.percentile(0) >= .milliseconds(95) && single.percentile(100) <= .milliseconds(150),
    "100 ms took \(single.percentile(0).short) to \(single.percentile(100).short)"
  )
  findings.note(
    "\(timedOut) of \(count) timed out; \(late) late replies came before the good one, which was answered with its own"
  )
  findings.note(
    "100 ms took \(single.percentile(0).short) to \(single.percentile(100).short); memory + \(growth.mebibytes)"
  )
}

private func timesOut(_ client: RPCClient, after timeout: Duration) async -> Bool {
  do {
    _ = try await client.call("Silence", 0, returning: Int.self, timeout: timeout)
  } catch {
    if case .timedOut = error { return true }
  }
  return false
}

/// R18.
private func cancelledCalls(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let client = try await RPCClient.connect(
    to: server.endpoint,
    codec: engine.codec,
    configuration: configuration
  )
  let start = ContinuousClock.now
  let cancelled = await withTaskGroup { group in
    for index in 0..<10_000 {
      let task = Task {
        do throws(RPCError) {
          return try await client.call("Fault.Sleep", 20, returning: Int.self) == 20 ? "returned" : "wrong"
        } catch {
          if case .cancelled = error { return "cancelled" }
          return "\(error)"
        }
      }
      group.addTask {
        // Some before they are sent, some while the server works, some when the reply is on its way.
        if index % 3 > 0 { try? await Task.sleep(for: .milliseconds(index % 3 * 10)) }
        task.cancel()
        return await task.value
      }
    }
    return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
  }
  let time = ContinuousClock.now - start
  let reply = try? await client.call("Fault.Add", Args(A: 1, B: 2), returning: Int.self)
  let isIdle = try await server.waits { $0.running == 0 }
  try? await client.close()
  let ended = cancelled.values.reduce(0, +)
  findings.expect(ended == 10_000, "\(ended) ended")
  findings.expect(Set(cancelled.keys).isSubset(of: ["cancelled", "returned"]), "\(cancelled)")
  findings.expect(reply == 3, "the good call failed")
  findings.expect(isIdle, "calls still run on the server")
  let counts = cancelled.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
  findings.note("of 10,000: \(counts), in \(time.short); then a good call")
}
