import Foundation

extension Row {
  /// Peers that come in numbers, and stay, or go without a word.
  static let connections: [Row] = [
    Row(
      name: "R9",
      promise:
        "1,000 idle connections cost 32 MiB at most; past the limit one is closed unread; without descriptors accepting resumes",
      run: idleConnections
    ),
    Row(
      name: "R10",
      promise: "1,000 connections that send one byte and stop are closed after 30 s, and harm nobody",
      run: slowConnections
    ),
    Row(
      name: "R15",
      promise: "10,000 peers that call and reset leave no descriptor and no call behind",
      run: resets
    ),
  ]
}

/// R9.
private func idleConnections(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  _ = try await server.warmUp()
  let before = server.figures.memory
  let idle = try (0..<1000).map { _ in try server.connect() }
  let isFull = try await soon { server.figures.descriptors >= 1000 }
  findings.expect(isFull, "only \(server.figures.descriptors) descriptors")
  let growth = server.figures.memory - before
  findings.expect(growth < 32 << 20, "memory grew by \(growth.mebibytes)")

  let newest = try server.connect()
  let answer = newest.converse(#"{"method":"Fault.Add","params":[{"A":1,"B":2}],"id":1}"#.utf8)
  newest.close()
  findings.expect(answer.isEmpty, "the 1,001st connection was answered")
  findings.expect(server.child.log.contains("too many connections"), "no line in the log")

  idle[0].close()
  // A place becomes free a moment after its connection's end has been seen.
  var latency = Latencies([])
  let isServed = try await soon {
    guard let latencies = try? server.latencies(of: 100) else { return false }
    latency = latencies
    return true
  }
  findings.expect(
    isServed && latency.percentile(100) < .milliseconds(50),
    "beside them: \(latency.description)"
  )
  for socket in idle.dropFirst() { socket.close() }
  findings.note(
    "memory \(before.mebibytes) + \(growth.mebibytes) for 1,000; calls beside them: \(latency.description)"
  )
  try await withoutDescriptors(engine, &findings)
}

/// A server that may open 256 descriptors, and 400 connections.
private func withoutDescriptors(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine, ["descriptors": 256])
  let sockets = try (0..<400).map { _ in try server.connect() }
  let isFull = try await soon { server.figures.descriptors >= 250 }
  findings.expect(isFull, "only \(server.figures.descriptors) descriptors")
  for socket in sockets { socket.close() }
  let start = ContinuousClock.now
  let answer = try server.connect().converse(#"{"method":"Fault.Add","params":[{"A":1,"B":2}],"id":1}"#.utf8)
  let time = ContinuousClock.now - start
  findings.expect(
    !answer.isEmpty && time < .seconds(5),
    "after EMFILE: \(answer.count) bytes after \(time.short)"
  )
  findings.note(
    "with 256 descriptors, 400 connections came and went, and the next call was answered after \(time.short)"
  )
}

/// R10.
private func slowConnections(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine, ["maximumConnections": 2000])
  let descriptors = try await server.warmUp()
  let alone = try server.latencies(of: 2000)
  let slow = try (0..<1000).map { _ in try server.connect() }
  let start = ContinuousClock.now
  for socket in slow { socket.send("{") }
  let areThere = try await soon { server.figures.descriptors >= descriptors + 1000 }
  findings.expect(areThere, "only \(server.figures.descriptors) descriptors")
  let during = try server.latencies(of: 2000)
  let isFirstClosed = try await soon(within: 40) { server.figures.descriptors < descriptors + 1000 }
  let first = ContinuousClock.now - start
  let areClosed = try await soon(within: 10) { server.figures.descriptors == descriptors }
  let last = ContinuousClock.now - start
  for socket in slow { socket.close() }
  findings.expect(
    isFirstClosed && areClosed && first > .seconds(29) && last < .seconds(36),
    "\(server.figures.descriptors) descriptors after \(first.short) and \(last.short)"
  )
  // Twice, but for what a machine does to anybody: ten milliseconds.
  let allowed = max(alone.percentile(99) * 2, .milliseconds(10))
  findings.expect(during.percentile(99) < allowed, "p99 \(during.percentile(99).short)")
  findings.note("closed after \(first.short) to \(last.short)")
  findings.note("a good peer alone: \(alone.description); during the attack: \(during.description)")
}

/// R15.
private func resets(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let descriptors = try await server.warmUp()
  let before = server.figures.memory
  for index in 0..<10_000 {
    let socket = try server.connect()
    let request =
      index % 2 == 0 ? #"{"method":"Fault.Sleep","params":[60000],"id":1}"# : #"{"method":"Fault.Te"#
    socket.send(request)
    socket.reset()
  }
  let areBack = try await soon { server.figures.descriptors == descriptors }
  let isIdle = try await server.waits { $0.running == 0 }
  let watched = try server.watched()
  let growth = server.figures.memory - before
  findings.expect(areBack, "\(server.figures.descriptors) descriptors instead of \(descriptors)")
  findings.expect(isIdle, "\(watched.running) calls still run")
  // The call that warmed up was not cancelled.
  findings.expect(
    watched.cancelled == watched.started - 1,
    "\(watched.started) started, \(watched.cancelled) cancelled"
  )
  findings.expect(!server.child.log.contains("rror:"), "logged: \(server.child.log.prefix(300))")
  findings.note(
    "\(watched.started) calls had started, \(watched.cancelled) were cancelled, \(watched.running) run"
  )
  findings.note("descriptors as before: \(descriptors); memory \(before.mebibytes) + \(growth.mebibytes)")
}
