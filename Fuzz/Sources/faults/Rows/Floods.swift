import Foundation

extension Row {
  /// Peers that send more, or read less, than is good for them.
  static let floods: [Row] = [
    Row(
      name: "R11",
      promise:
        "100,000 pipelined requests are each answered once, never more than 100 run, and a reset cancels them",
      run: pipelinedRequests
    ),
    Row(
      name: "R12",
      promise:
        "1,000 replies of 1 MiB that nobody reads cost the calls in flight, and are whole when they are read",
      run: unreadReplies
    ),
    Row(
      name: "R12S",
      promise: "a peer that reads nothing for 30 s is cut off",
      run: stalledReader
    ),
    Row(
      name: "R19",
      promise: "10,000 methods that throw are 10,000 error replies on one connection",
      run: throwingMethods
    ),
  ]
}

/// R11.
private func pipelinedRequests(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  _ = try await server.warmUp()
  let before = server.figures.memory
  server.figures.forgetPeak()
  let count = 100_000
  let socket = try server.connect()
  let start = ContinuousClock.now
  async let sent = onThread {
    for id in 0..<count { socket.send(#"{"method":"Fault.Add","params":[{"A":\#(id),"B":1}],"id":\#(id)}"#) }
    return count
  }
  let wrong = try await onThread {
    var reader = LineReader(socket)
    var answered = [Bool](repeating: false, count: count)
    var wrong = 0
    for _ in 0..<count {
      guard let line = reader.next() else { break }
      let id = line.dropFirst(6).prefix { $0 != 0x2C }.reduce(0) { $0 * 10 + Int($1 & 15) }
      let isRight =
        id < count && !answered[id]
        && line == Array("{\"id\":\(id),\"result\":\(id + 1),\"error\":null}".utf8)
      if isRight { answered[id] = true } else { wrong += 1 }
    }
    return wrong + answered.count { !$0 }
  }
  _ = try await sent
  socket.close()
  let time = ContinuousClock.now - start
  let growth = server.figures.peakMemory - before
  findings.expect(wrong == 0, "\(wrong) answers wrong or missing")
  findings.expect(growth < 64 << 20, "memory grew by \(growth.mebibytes)")
  findings.note(
    "\(count) answered, \(wrong) wrong, in \(time.short); memory \(before.mebibytes) + \(growth.mebibytes)"
  )
  try await sleepingRequests(server, &findings)
}

/// 100,000 calls of 20 seconds, of which the server takes as many as it may, and a reset.
private func sleepingRequests(_ server: ServerProcess, _ findings: inout Findings) async throws {
  let before = server.figures.memory
  server.figures.forgetPeak()
  let socket = try server.connect()
  socket.setTimeout(seconds: 2)
  var sent = 0
  for id in 0..<100_000 {
    let request = #"{"method":"Fault.Sleep","params":[20000],"id":\#(id)}"#
    // A second without room means that the server has stopped reading.
    guard socket.send(request) == request.utf8.count else { break }
    sent += 1
  }
  let watched = try server.watched()
  let growth = server.figures.peakMemory - before
  findings.expect(watched.mostRunning <= 100, "\(watched.mostRunning) ran at a time")
  findings.expect(growth < 64 << 20, "memory grew by \(growth.mebibytes)")
  let start = ContinuousClock.now
  socket.reset()
  let areCancelled = try await server.waits { $0.running == 0 && $0.cancelled > 0 }
  let time = ContinuousClock.now - start
  findings.expect(
    areCancelled && time < .seconds(1),
    "cancelled after \(time.short): \(areCancelled)"
  )
  findings.note("of 100,000 sleeping calls \(sent) left the sender, \(watched.mostRunning) ran at most")
  findings.note("memory + \(growth.mebibytes), all cancelled \(time.short) after the reset")
}

/// R12.
private func unreadReplies(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let alone = try server.latencies(of: 2000)
  let before = server.figures.memory
  server.figures.forgetPeak()
  let size = 1 << 20
  let socket = try server.connect()
  for id in 0..<1000 { socket.send(#"{"method":"Fault.Text","params":[\#(size)],"id":\#(id)}"#) }
  try await Task.sleep(for: .seconds(10))
  let during = try server.latencies(of: 2000)
  let growth = server.figures.peakMemory - before
  let allowed = (100 + 16) << 20
  findings.expect(growth < allowed, "memory grew by \(growth.mebibytes)")
  let expectedLength = size + #"{"id":,"result":"","error":null}"#.utf8.count
  let intact = try await onThread {
    var reader = LineReader(socket)
    return (0..<1000).count { _ in
      guard let line = reader.next() else { return false }
      let id = line.dropFirst(6).prefix { $0 != 0x2C }
      return line.count == expectedLength + id.count && line.count { $0 == UInt8(ascii: "x") } == size
    }
  }
  socket.close()
  findings.expect(intact == 1000, "\(intact) replies are whole")
  let limit = max(alone.percentile(99) * 2, .milliseconds(10))
  findings.expect(during.percentile(99) < limit, "another peer's p99: \(during.percentile(99).short)")
  findings.note(
    "memory \(before.mebibytes) + \(growth.mebibytes) after 10 s unread; then \(intact) of 1,000 whole"
  )
  findings.note("another peer before: \(alone.description); meanwhile: \(during.description)")
}

/// R12, the end of patience.
private func stalledReader(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let descriptors = try await server.warmUp()
  let socket = try server.connect()
  let start = ContinuousClock.now
  for id in 0..<100 { socket.send(#"{"method":"Fault.Text","params":[1048576],"id":\#(id)}"#) }
  let isCut = try await soon(within: 40) {
    ContinuousClock.now - start > .seconds(5) && server.figures.descriptors == descriptors
  }
  let time = ContinuousClock.now - start
  socket.close()
  findings.expect(isCut && time > .seconds(28) && time < .seconds(36), "cut: \(isCut), after \(time.short)")
  findings.note("cut off after \(time.short)")
}

/// R19.
private func throwingMethods(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let socket = try server.connect()
  async let sent = onThread {
    for id in 0..<10_000 { socket.send(#"{"method":"Fault.Fail","params":["no \#(id)"],"id":\#(id)}"#) }
    return true
  }
  let right = try await onThread {
    var reader = LineReader(socket)
    return (0..<10_000).count { _ in
      guard let line = reader.next() else { return false }
      let id = String(decoding: line.dropFirst(6).prefix { $0 != 0x2C }, as: UTF8.self)
      return line == Array(#"{"id":\#(id),"result":null,"error":"no \#(id)"}"#.utf8)
    }
  }
  _ = try await sent
  socket.send(#"{"method":"Fault.Add","params":[{"A":1,"B":2}],"id":-1}"#)
  socket.endOutput()
  findings.expect(right == 10_000, "\(right) of 10,000 error replies")
  findings.expect(
    socket.readToEnd() == Array("{\"id\":-1,\"result\":3,\"error\":null}\n".utf8),
    "the connection died"
  )
  socket.close()
  findings.note("\(right) of 10,000 error replies, then a good one")
}
