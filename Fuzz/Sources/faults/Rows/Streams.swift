import Foundation
import RPCKit

private let offered = 1 << 30
private let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)

extension Row {
  /// R6 on the server.
  static let streamToServer = Row(
    name: "R6",
    promise:
      "a request of 1 GiB is refused at 4 MiB, logged and closed, in 32 MiB; 4 MiB are served, one byte more is not"
  ) { engine, findings in
    let server = try ServerProcess(engine)
    _ = try await server.warmUp()
    let before = server.figures.memory
    server.figures.forgetPeak()
    let socket = try server.connect()
    let start = ContinuousClock.now
    let accepted = send(#"{"method":"Fault.Length","params":[""#, on: socket)
    let answer = String(decoding: socket.readToEnd(), as: UTF8.self)
    let time = ContinuousClock.now - start
    socket.close()
    let growth = server.figures.peakMemory - before
    findings.expect(accepted < offered / 8, "\(accepted.mebibytes) were taken")
    findings.expect(
      answer.isEmpty || answer.contains("more than 4194304 bytes"),
      "answered: \(answer.prefix(100))"
    )
    findings.expect(server.child.log.contains("more than 4194304 bytes"), "no line in the log")
    findings.expect(time < .seconds(2), "closed after \(time.short)")
    findings.expect(growth < 32 << 20, "memory grew by \(growth.mebibytes)")
    findings.note(
      "\(accepted.mebibytes) of 1 GiB left the sender, most into the system's buffers, until the line was reset"
    )
    findings.note("closed after \(time.short); memory \(before.mebibytes) + \(growth.mebibytes)")

    for excess in [0, 1] {
      let head = #"{"method":"Fault.Length","params":[""#
      let tail = #""],"id":1}"#
      let length = (4 << 20) + excess - head.utf8.count - tail.utf8.count
      let text = [UInt8](repeating: UInt8(ascii: "x"), count: length)
      let answer = try server.connect().converse(Array(head.utf8) + text + Array(tail.utf8))
      let isServed = answer == Array("{\"id\":1,\"result\":\(length),\"error\":null}\n".utf8)
      findings.expect(
        isServed == (excess == 0),
        "4 MiB + \(excess): \(String(decoding: answer.prefix(100), as: UTF8.self))"
      )
    }
  }
}

extension Row {
  /// R6 on the client.
  static let streamToClient = Row(
    name: "R6C",
    promise: "a client that gets a reply of 1 GiB ends the connection at 4 MiB, in 32 MiB"
  ) { engine, findings in
    let listening = try ListeningSocket()
    let client = try ChildProcess(nil, ["call", "engine=\(engine.name)", "port=\(listening.port)"])
    let socket = try listening.accept()
    var reader = LineReader(socket)
    findings.expect(reader.next() != nil, "no request")
    let before = client.figures.memory
    client.figures.forgetPeak()
    let accepted = send(#"{"id":0,"result":""#, on: socket)
    let outcome = client.readLine() ?? ""
    let growth = client.figures.peakMemory - before
    socket.close()
    listening.close()
    findings.expect(accepted < offered / 8, "\(accepted.mebibytes) were taken")
    findings.expect(outcome.contains("more than 4194304 bytes"), "the call ended with: \(outcome)")
    findings.expect(growth < 32 << 20, "memory grew by \(growth.mebibytes)")
    findings.note(
      "\(accepted.mebibytes) of 1 GiB left the sender; memory \(before.mebibytes) + \(growth.mebibytes)"
    )
    findings.note("the call: \(outcome)")
  }
}

/// Sends the head and then a gibibyte of text, or as much of it as is taken.
private func send(_ head: String, on socket: RawSocket) -> Int {
  var accepted = socket.send(head)
  while accepted < offered {
    let count = socket.send(piece)
    accepted += count
    if count < piece.count { break }
  }
  return accepted
}
