import RPCKit
import Testing

/// Requests with a few bytes changed, on real sockets. (RELIABILITY.md R2; `make faults ROWS=R2` sends 10,000)
@Suite(.serialized, .timeLimit(.minutes(2)))
struct MutatedRequestTests {
  private static let count = 250
  private static let good = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":1}"#

  @Test(arguments: Setup.whole)
  func `mutated requests are answered or refused, under no other id, and the server goes on`(_ setup: Setup)
    async throws
  {
    let seed = TestSeed.next("mutated requests", setup.engine)
    var generator = SeededGenerator(seed: seed)
    let requests = (0..<Self.count).map { Self.mutated(id: $0 + 1000, setup.engine, using: &generator) }

    let (answers, next) = try await TestServer.serving(setup) { server in
      var answers: [RawSocket.Transcript] = []
      for request in requests {
        answers.append(try await RawSocket.converse(with: server.endpoint, sending: request))
      }
      return (answers, try await RawSocket.converse(with: server.endpoint, sending: Self.good))
    }

    for (request, answer) in zip(requests, answers) {
      #expect(answer.text.isEmpty || answer.text.hasSuffix("\n"), "seed \(seed)")
      for line in answer.lines {
        #expect(line.hasPrefix(#"{"id":"#) && line.hasSuffix("}"), "seed \(seed): \(line)")
        // Mutations touch ids as well, but none comes from anywhere else.
        let id = line.utf8.dropFirst(6).prefix { $0 != UInt8(ascii: ",") }.prefix(2)
        #expect(line.hasPrefix(#"{"id":null,"#) || request.firstRange(of: id) != nil, "seed \(seed): \(line)")
      }
    }
    #expect(next.text == #"{"id":1,"result":42,"error":null}"# + "\n")
  }

  private static func mutated(
    id: Int,
    _ engine: Engine,
    using generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = Array(RandomRequest.text(id: id, engine, using: &generator).utf8)
    let telling = Array("\"\\{}[]:,0-.eEn \n\u{0}".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF]
    for _ in 0...Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[index] = telling.randomElement(using: &generator) ?? 0
      case 2: bytes.insert(telling.randomElement(using: &generator) ?? 0, at: index)
      case 3: bytes.remove(at: index)
      default: bytes.removeSubrange(index...)
      }
    }
    return bytes
  }
}
