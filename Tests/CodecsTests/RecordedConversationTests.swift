import NIOCore
import RPCKit
import Testing

@testable import Codecs

/// A server says the same bytes with every engine, up to the order of members. (RELIABILITY.md R40)
struct RecordedConversationTests {
  private static let conversations = 1000

  @Test func `a thousand random conversations have the same answers with every engine`() async throws {
    var numbers = SeededNumbers(seed: printedSeed(for: "conversations"))
    let server = RPCServer()
    try server.register("S.Echo") { (value: [AnyJSON]) in value }
    try server.register("S.Sum") { (value: [String: Double]) in value.mapValues { $0 * 1.1 } }
    try server.register("S.Fail") { (text: String) -> Int in throw ServerError(text) }

    for _ in 0..<Self.conversations {
      let requests = Self.conversation(using: &numbers)
      let answers = await Self.answers(to: requests, server)

      #expect(Set(answers).count == 1, "\(requests)\n\(answers.joined(separator: "\n"))")
    }
    await server.close()
  }

  /// What each engine answers, each line in one order of members.
  private static func answers(to requests: String, _ server: RPCServer) async -> [String] {
    var answers: [String] = []
    for engine in Engine.all {
      let codec = Codec.jsonRPC(name: engine.name, coder: engine.coder)
      let answer = String(buffer: await server.respond(to: ByteBuffer(string: requests), codec: codec))
      answers.append(
        answer.split(separator: "\n").map { CanonicalJSON.sorted(String($0)) }.joined(separator: "\n")
      )
    }
    return answers
  }

  private static func conversation(using numbers: inout SeededNumbers) -> String {
    var values = RandomMessages(numbers: numbers)
    defer { numbers = values.numbers }
    return (0..<Int.random(in: 1...8, using: &values.numbers)).map { id in
      switch Int.random(in: 0..<8, using: &values.numbers) {
      case 0: #"{"method":"S.Fail","params":[\#(values.string())],"id":\#(id)}"#
      case 1: #"{"method":"S.Sum","params":[{"a":0.\#(id),"b":-1e\#(id * 40)}],"id":"\#(id)"}"#
      case 2: #"{"method":"S.No","params":[\#(values.value(depth: 2))],"id":{"k":\#(id)}}"#
      // Names that come twice are among the documented differences, so there are no objects.
      default:
        #"{"method":"S.Echo","params":[["x",\#(values.value(depth: 9)),[\#(values.string())]]],"id":\#(id)}"#
      }
    }.joined(separator: "\n")
  }
}
