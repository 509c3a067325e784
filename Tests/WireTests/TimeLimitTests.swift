import RPCKit
import Testing

/// Peers that take too long, over real sockets and with short limits. (RELIABILITY.md R10, R12)
@Suite(.serialized, .timeLimit(.minutes(1)))
struct TimeLimitTests {
  // R10
  @Test(arguments: Setup.whole)
  func `connections that begin a message and stop are told why and closed, and the others are served`(
    _ setup: Setup
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.messageTimeout = .milliseconds(500)
    let request = #"{"method":"Arith.Multiply","params":[{"A":2,"B":3}],"id":1}"#

    let (refusals, answers) = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        let good = try RawSocket(to: endpoint)
        let slow = try (0..<200).map { _ in
          let socket = try RawSocket(to: endpoint)
          try socket.send("{")
          return socket
        }
        var answers: [String] = []
        for _ in 0..<100 {
          try good.send(request)
          answers.append(try good.readLine())
        }
        return (try slow.map { try $0.readToEnd().text }, answers)
      }
    }

    let refusal = DepartureTests.refusal("message not finished within 0.5 seconds at byte 1")
    #expect(refusals == Array(repeating: refusal, count: 200))
    #expect(answers == Array(repeating: #"{"id":1,"result":6,"error":null}"#, count: 100))
  }

  @Test(arguments: Setup.whole)
  func `a message that drips is cut, although something always comes`(_ setup: Setup) async throws {
    var configuration = ServerConfiguration()
    configuration.messageTimeout = .milliseconds(300)

    let (sent, text) = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        let socket = try RawSocket(to: endpoint)
        try socket.send(#"{"method":""#)
        var sent = 0
        // The end of the other's output is seen at once, and what is sent behind it is refused a while later.
        while !socket.hasInput(within: .milliseconds(50)), sent < 100 {
          try socket.send("x")
          sent += 1
        }
        return (sent, try socket.readToEnd().text)
      }
    }

    #expect(sent < 100)
    #expect(text.contains("message not finished within 0.3 seconds"))
  }

  // R12
  @Test(arguments: Setup.whole)
  func `a peer that does not read is cut off when nothing of its replies has gone for the limit`(
    _ setup: Setup
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.writeTimeout = .milliseconds(400)
    // So that another is served when, and only when, the slow one is gone.
    configuration.maximumConnections = 1
    let requests = (0..<16).map { #"{"method":"Misc.Text","params":[1000000],"id":\#($0)}"# }.joined()

    let (transcript, answer) = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        let slow = try RawSocket(to: endpoint)
        // It has the one place before another comes.
        try slow.send(#"{"method":"Arith.Multiply","params":[{"A":1,"B":1}],"id":0}"#)
        _ = try slow.readLine()
        try slow.send(requests)
        var answer = ""
        while answer.isEmpty {
          let other = try RawSocket(to: endpoint)
          try other.send(#"{"method":"Arith.Multiply","params":[{"A":2,"B":3}],"id":1}"#)
          other.endOutput()
          answer = try other.readToEnd().text
        }
        return (try slow.readToEnd(), answer)
      }
    }

    #expect(transcript.bytes.count < 16_000_000)
    #expect(answer == #"{"id":1,"result":6,"error":null}"# + "\n")
  }
}
