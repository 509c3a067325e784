import Foundation
import NIOCore
import RPCKit

extension Row {
  /// Requests that are not what they should be.
  static let hostileBytes: [Row] = [
    Row(
      name: "R2",
      promise: "10,000 mutated requests crash nothing, leak nothing and are never answered under another id",
      run: mutatedRequests
    ),
    Row(
      name: "R4",
      promise: "bombs of depth, among them exactly 513 open brackets, are refused within 50 ms",
      run: depthBombs
    ),
    Row(
      name: "R5",
      promise:
        "a request cut at any byte has the same answer, and 4 MiB in pieces of 1 KiB cost twice the whole at most",
      run: fragments
    ),
    Row(
      name: "R7",
      promise: "4 MiB of many small values are refused by their count, in 64 MiB and half a second",
      run: amplification
    ),
    Row(name: "R8", promise: "200,000 names in one object are read within a second", run: manyNames),
  ]
}

private let good = #"{"method":"Fault.Add","params":[{"A":6,"B":7}],"id":1}"#

/// R2: each request on a connection of its own, which is read to its end.
private func mutatedRequests(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let descriptors = try await server.warmUp()
  let seed = UInt64.random(in: 0...UInt64.max)
  var mutations = Mutations(seed: seed)
  var replies = 0
  var refusals = 0
  for _ in 0..<10_000 {
    let request = mutations.next()
    let socket = try server.connect()
    let answer = socket.converse(request)
    socket.close()
    for line in answer.split(separator: 0x0A) {
      let response = try? JSONDecoder().decode(Response<Ignored>.self, from: Data(line))
      findings.expect(response != nil, "seed \(seed): no JSON: \(String(decoding: line, as: UTF8.self))")
      replies += 1
      if line.starts(with: #"{"id":null,"#.utf8) {
        refusals += 1
      } else {
        // An id that was in the request, by its first bytes: a mutation may have changed what is behind.
        let id = Array(line.dropFirst(6).prefix { $0 != 0x2C }.prefix(2))
        findings.expect(
          request.firstRange(of: id) != nil,
          "seed \(seed): an id that nobody sent in \(answer)"
        )
      }
    }
  }
  let isBack = try await soon { server.figures.descriptors == descriptors }
  let latency = try server.latencies(of: 1).percentile(100)
  findings.expect(isBack, "\(server.figures.descriptors) descriptors instead of \(descriptors)")
  findings.expect(latency < .seconds(1), "the next good call took \(latency.short)")
  findings.note(
    "\(replies) replies, \(refusals) of them refusals; descriptors as before: \(descriptors); next call \(latency.short)"
  )
}

/// R4: within a parameter and by itself, closed and unclosed.
private func depthBombs(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  _ = try await server.warmUp()
  let before = server.figures.memory
  server.figures.forgetPeak()
  var slowest = Duration.zero
  var count = 0
  for depth in [127, 128, 129, 511, 512, 513, 514, 2048, 2049, 10_001, 1_000_000] {
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] where depth * open.utf8.count < 4 << 20 {
      for end in ["", "1" + String(repeating: close, count: depth)] {
        for head in ["", #"{"method":"Fault.Keys","params":["#] {
          let bomb =
            head + String(repeating: open, count: depth) + end + (head.isEmpty || end.isEmpty ? "" : "]}")
          let socket = try server.connect()
          let start = ContinuousClock.now
          let answer = socket.converse(bomb.utf8)
          slowest = max(slowest, .now - start)
          socket.close()
          count += 1
          findings.expect(
            answer.starts(with: #"{"id":null,"result":null,"error":""#.utf8),
            "\(depth) × \(open): \(String(decoding: answer.prefix(100), as: UTF8.self))"
          )
        }
      }
    }
  }
  let growth = server.figures.peakMemory - before
  findings.expect(server.child.isRunning, "the server died")
  findings.expect(slowest < .milliseconds(50), "the slowest took \(slowest.short)")
  findings.expect(growth < 16 << 20, "memory grew by \(growth.mebibytes)")
  findings.note(
    "\(count) bombs, the slowest refused after \(slowest.short); memory \(before.mebibytes) + \(growth.mebibytes)"
  )
}

/// R5: over TCP, each piece a packet of its own; and how long the codec takes, without a socket.
private func fragments(_ engine: Engine, _ findings: inout Findings) async throws {
  let server = try ServerProcess(engine)
  let request = Array(#"{"method":"Fault.Echo","params":["\ud83d\ude00 é\n"],"id":-1.50e+3}"#.utf8)
  let whole = try server.connect().converse(request)
  var wrong = 0
  for cut in 1..<request.count {
    let socket = try server.connect()
    socket.send(request[..<cut])
    // The first piece must have been read before the second one comes.
    try await Task.sleep(for: .milliseconds(1))
    if socket.converse(request[cut...]) != whole { wrong += 1 }
    socket.close()
  }
  let socket = try server.connect()
  for byte in request { socket.send([byte]) }
  if socket.converse([]) != whole { wrong += 1 }
  socket.close()
  findings.expect(wrong == 0, "\(wrong) answers differ")

  let ratio = pieceCost(engine)
  findings.expect(ratio <= 2, "in pieces \(ratio) times as long as whole")
  findings.note("\(request.count) ways of cutting a request, \(wrong) wrong answers")
  findings.note(String(format: "4 MiB in pieces of 1 KiB: %.2f times the whole", ratio))
}

/// How much longer the codec takes for 4 MiB in pieces of 1 KiB than in one: the best of fifteen.
private func pieceCost(_ engine: Engine) -> Double {
  let text = String(repeating: "x", count: (4 << 20) - 100)
  let message = ByteBuffer(string: #"{"method":"Fault.Length","params":[""# + text + #""],"id":1}"#)
  func time(pieces size: Int) -> Duration {
    var codec = engine.codec.makeServerCodec(MessageLimits())
    var input = ByteBuffer()
    var rest = message
    let start = ContinuousClock.now
    while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
      input.writeImmutableBuffer(piece)
      if (try? codec.readRequestHeader(from: &input)) != nil { break }
    }
    return .now - start
  }
  let whole = (0..<15).map { _ in time(pieces: 4 << 20) }.min() ?? .zero
  let inPieces = (0..<15).map { _ in time(pieces: 1 << 10) }.min() ?? .zero
  return inPieces / whole
}

/// R7.
private func amplification(_ engine: Engine, _ findings: inout Findings) async throws {
  for element in ["{}", "[]", "0"] {
    let server = try ServerProcess(engine)
    _ = try await server.warmUp()
    let before = (memory: server.figures.memory, time: server.figures.processorTime)
    server.figures.forgetPeak()
    let count = (4 << 20) / (element.utf8.count + 1) - 20
    let array = Array(repeating: element, count: count).joined(separator: ",")
    let answer = try server.connect().converse(
      #"{"method":"Fault.Integers","params":[[\#(array)]],"id":1}"#.utf8
    )
    let growth = server.figures.peakMemory - before.memory
    let time = server.figures.processorTime - before.time
    findings.expect(
      String(decoding: answer, as: UTF8.self).contains("more than 250000 values"),
      "\(element): \(String(decoding: answer.prefix(100), as: UTF8.self))"
    )
    findings.expect(growth < 64 << 20, "\(element): memory grew by \(growth.mebibytes)")
    findings.expect(time < 0.5, "\(element): \(time) s of processor time")
    findings.note("\(count) × \(element): + \(growth.mebibytes), \(String(format: "%.2f s", time))")
  }
}

/// R8.
private func manyNames(_ engine: Engine, _ findings: inout Findings) async throws {
  for (what, name) in [("different", { "k\($0)" }), ("equal", { _ in "k" })] as [(String, (Int) -> String)] {
    let server = try ServerProcess(engine)
    _ = try await server.warmUp()
    let members = (0..<200_000).map { "\"\(name($0))\":\($0)" }.joined(separator: ",")
    let request = #"{"method":"Fault.Keys","params":[{\#(members)}],"id":1}"#
    let start = ContinuousClock.now
    let answer = String(decoding: try server.connect().converse(request.utf8), as: UTF8.self)
    let time = ContinuousClock.now - start
    let count = what == "equal" ? 1 : 200_000
    findings.expect(
      answer == #"{"id":1,"result":\#(count),"error":null}"# + "\n",
      "\(what): \(answer.prefix(100))"
    )
    findings.expect(time < .seconds(1), "\(what) names took \(time.short)")
    findings.note("200,000 \(what) names: \(time.short)")
  }
}

/// Any value, not looked at.
private struct Ignored: Decodable {
  init(from decoder: any Decoder) {}
}

/// Good requests, each with a few bytes changed.
private struct Mutations {
  private var state: UInt64
  private static let requests = [
    good, #"{"method":"Fault.Echo","params":["\ud83d\ude00 é\n"],"id":"x-1"}"#,
    #"{"id":7,"params":[{"k":[1,2.5e3,null,true]}],"method":"Fault.Keys"}"#,
    #"{"method":"Fault.Integers","params":[[1,-2,3]],"id":12}"# + "\n" + good,
    #"{"method":"Fault.Fail","params":["no"],"id":3}null{}"#,
    #"{"method":"Fault.Double","params":[-0.0],"id":4}"#,
    #"{"jsonrpc":"2.0","method":"Fault.UInt64","params":[18446744073709551615],"id":{"k":5}}"#,
  ].map { Array($0.utf8) }
  private static let telling = Array("\"\\{}[]:,0-.eEutfn \n\u{0}".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF]

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> [UInt8] {
    var bytes = Self.requests[number(below: Self.requests.count)]
    for _ in 0...number(below: 4) where !bytes.isEmpty {
      let index = number(below: bytes.count)
      let telling = Self.telling[number(below: Self.telling.count)]
      switch number(below: 6) {
      case 0: bytes[index] ^= 1 << UInt8(number(below: 8))
      case 1: bytes[index] = telling
      case 2: bytes.insert(telling, at: index)
      case 3: bytes.remove(at: index)
      case 4: bytes.removeSubrange(index...)
      default: bytes.insert(contentsOf: bytes[index...].prefix(9), at: index)
      }
    }
    return bytes
  }

  // SplitMix64.
  private mutating func number(below count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((bits ^ (bits >> 31)) % UInt64(count))
  }
}
