import NIOCore
import RPCKit
import Testing

/// What every codec does, seen from both ends of a connection.
@Suite(.timeLimit(.minutes(1)))
struct CodecContractTests {
  private func echo<Value: Codable & Sendable>(_ value: Value, _ codec: Codec) async throws -> Value {
    let server = RPCServer()
    try server.register("T.Echo") { (value: Value) in value }
    return try await withClient(of: server, codec) { client in try await client.call("T.Echo", value) }
  }

  // MARK: Values

  @Test(
    arguments: Codec.allForTests,
    [
      "", "x", "a \"b\" \\ / <&> \u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}", "\u{0}", "\u{2028}\u{2029}",
      "é e\u{301} 日本 🧮👩‍👩‍👧",
      "\u{10FFFF}", "\u{FEFF}x",
    ]
  )
  func `strings cross unharmed`(codec: Codec, text: String) async throws {
    let reply = try await echo(text, codec)

    #expect(Array(reply.utf8) == Array(text.utf8))
  }

  @Test(arguments: Codec.allForTests, [0, 1, -1, .max, .min, (1 << 53) + 1] as [Int64])
  func `integers of 64 bits cross unharmed`(codec: Codec, number: Int64) async throws {
    let reply = try await echo(number, codec)

    #expect(reply == number)
  }

  @Test(
    arguments: Codec.allForTests,
    [
      0, 0.1, -1.5, 1e-7, 1e21, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi, 1 / 3,
    ]
  )
  func `floating point numbers cross unharmed`(codec: Codec, number: Double) async throws {
    let reply = try await echo(number, codec)

    #expect(reply.bitPattern == number.bitPattern)
  }

  @Test(arguments: Codec.allForTests)
  func `nested and empty values cross unharmed`(codec: Codec) async throws {
    let value = Nested(
      numbers: [[], [1, 2], []],
      names: ["": [:], "a": ["b": true]],
      optional: nil,
      children: [Nested(numbers: [], names: [:], optional: "x", children: [])]
    )

    let reply = try await echo(value, codec)

    #expect(reply == value)
  }

  @Test(arguments: Codec.allForTests)
  func `single values are arguments and replies`(codec: Codec) async throws {
    #expect(try await echo(true, codec))
    #expect(try await echo(7, codec) == 7)
    #expect(try await echo([Int](), codec) == [])
    #expect(try await echo(["k": 1], codec) == ["k": 1])
    #expect(try await echo(Empty(), codec) == Empty())
  }

  @Test(arguments: Codec.allForTests)
  func `bodies of a mebibyte cross unharmed, several at a time`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("T.Echo") { (text: String) in text }

    let areEqual = try await withClient(of: server, codec) { client in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<8 {
          let text = String(repeating: "\(number)", count: 1 << 20)
          group.addTask { try await client.call("T.Echo", text, returning: String.self) == text }
        }
        return try await group.allSatisfy { $0 }
      }
    }

    #expect(areEqual)
  }

  @Test(arguments: Codec.allForTests)
  func `bodies are decoded off the event loop, but for small arguments of asynchronous methods`(codec: Codec)
    async throws
  {
    let server = RPCServer()
    try server.register("T.Echo") { (value: WhereDecoded) async in value }
    let large = String(repeating: "x", count: 1 << 20)

    let (small, big) = try await withClient(of: server, codec) { client in
      (
        try await client.call("T.Echo", WhereDecoded("x"), returning: WhereDecoded.self),
        try await client.call("T.Echo", WhereDecoded(large), returning: WhereDecoded.self)
      )
    }

    #expect(small.places == [.eventLoop, .elsewhere])
    #expect(big.places == [.elsewhere, .elsewhere])
  }

  // MARK: Null

  @Test(arguments: Codec.allForTests)
  func `a reply of null is an error, unless it is allowed`(codec: Codec) async throws {
    let error = try await withClient(of: try nullServer(), codec) { client in
      await failure { () throws(RPCError) in try await client.call("T.Null", Empty(), returning: Int?.self) }
    }
    let allowed = try await withClient(of: try nullServer { $0.allowsNullReplies = true }, codec) { client in
      try await client.call("T.Null", Empty(), returning: Int?.self)
    }

    #expect(error.serverText?.hasPrefix("rpc: method replied null") == true)
    #expect(allowed == nil)
  }

  @Test(arguments: Codec.allForTests)
  func `a reply of null fails a call that wants a value, and it alone`(codec: Codec) async throws {
    let (error, next) = try await withClient(of: try nullServer { $0.allowsNullReplies = true }, codec) {
      client in
      let error = await failure { () throws(RPCError) in
        try await client.call("T.Null", Empty(), returning: Int.self)
      }
      return (error, try await client.call("T.One", Empty(), returning: Int.self))
    }

    #expect(error.isReplyNotDecodable)
    #expect(next == 1)
  }

  @Test(arguments: Codec.allForTests)
  func `an argument of null reaches a method that takes it`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("T.IsNil") { (number: Int?) in number == nil }

    let replies = try await withClient(of: server, codec) { client in
      [
        try await client.call("T.IsNil", Int?.none, returning: Bool.self),
        try await client.call("T.IsNil", 7, returning: Bool.self),
      ]
    }

    #expect(replies == [true, false])
  }

  // MARK: What is answered with an error

  @Test(arguments: Codec.allForTests, [MethodExecution.concurrent, .eventLoop, .blocking])
  func `a reply that cannot be encoded is an error, and the connection goes on`(
    codec: Codec,
    execution: MethodExecution
  ) async throws {
    let server = RPCServer()
    try server.register("T.NaN", execution: execution) { (_: Empty) in Double.nan }
    try server.register("T.One", execution: execution) { (_: Empty) in 1 }

    let (error, next) = try await withClient(of: server, codec) { client in
      let error = await failure { () throws(RPCError) in
        try await client.call("T.NaN", Empty(), returning: Double.self)
      }
      return (error, try await client.call("T.One", Empty(), returning: Int.self))
    }

    #expect(error.serverText?.hasPrefix("rpc: cannot encode reply: ") == true)
    #expect(next == 1)
  }

  @Test(arguments: Codec.allForTests)
  func `a reply past the limit of messages is an error, and the connection goes on`(codec: Codec) async throws
  {
    let server = RPCServer()
    try server.register("T.Text") { (count: Int) in String(repeating: "x", count: count) }

    let (errors, next) = try await withClient(of: server, codec) { client in
      var errors: [RPCError?] = []
      // The second would fit if there were no envelope.
      for count in [5 << 20, (4 << 20) - 3] {
        errors.append(
          await failure { () throws(RPCError) in
            try await client.call("T.Text", count, returning: String.self)
          }
        )
      }
      return (errors, try await client.call("T.Text", 3, returning: String.self))
    }

    for error in errors {
      #expect(error.serverText?.hasPrefix("rpc: cannot encode reply: ") == true)
      #expect(error.serverText?.contains("4194304") == true)
    }
    #expect(next == "xxx")
  }

  @Test(arguments: Codec.allForTests, [MethodExecution.concurrent, .eventLoop, .blocking])
  func `an error whose text is empty has a text on the wire`(codec: Codec, execution: MethodExecution)
    async throws
  {
    let server = RPCServer()
    try server.register("T.Fail", execution: execution) { (_: Empty) throws -> Int in throw ServerError("") }

    let error = try await withClient(of: server, codec) { client in
      await failure { () throws(RPCError) in try await client.call("T.Fail", Empty(), returning: Int.self) }
    }

    #expect(error.serverText == "unspecified error")
  }

  @Test(arguments: Codec.allForTests, [1, 100_000])
  func `an argument that does not fit is an error, large or small, and the method is not called`(
    codec: Codec,
    size: Int
  ) async throws {
    let server = RPCServer()
    let calls = Event()
    try server.register("T.Number") { (number: Int) in
      calls.happen()
      return number
    }

    let error = try await withClient(of: server, codec) { client in
      await failure { () throws(RPCError) in
        try await client.call("T.Number", String(repeating: "x", count: size), returning: Int.self)
      }
    }

    #expect(error.serverText == "rpc: cannot decode argument: wrong type")
    #expect(calls.count == 0)
  }

  // Go: rpc/server.go, readRequestHeader(); GO-BEHAVIOUR.md, 16.
  @Test(
    arguments: Codec.allForTests,
    [
      ("Add", "rpc: service/method request ill-formed: Add"),
      ("", "rpc: service/method request ill-formed: "),
      ("Nobody.Add", "rpc: can't find service Nobody.Add"),
      ("Arith.Sub", "rpc: can't find method Arith.Sub"),
      ("Arith.", "rpc: can't find method Arith."),
      (".Add", "rpc: can't find service .Add"),
      ("Arith.\u{1F9EE}\"\\", "rpc: can't find method Arith.\u{1F9EE}\"\\"),
    ]
  )
  func `a method that is not there is named in Go's words`(codec: Codec, names: (String, String)) async throws
  {
    let server = RPCServer()
    try server.register(Arith())

    let (error, next) = try await withClient(of: server, codec) { client in
      let error = await failure { () throws(RPCError) in
        try await client.call(names.0, Args(A: 1, B: 2), returning: Reply.self)
      }
      return (error, try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self))
    }

    #expect(error.serverText == names.1)
    #expect(next == Reply(C: 3))
  }

  // MARK: Names

  @Test(arguments: Codec.allForTests)
  func `names that look the same and are spelled differently are different methods`(codec: Codec) async throws
  {
    let server = RPCServer()
    try server.register("Caf\u{E9}.Open") { (_: Empty) in 1 }
    try server.register("Cafe\u{301}.Open") { (_: Empty) in 2 }

    let replies = try await withClient(of: server, codec) { client in
      [
        try await client.call("Caf\u{E9}.Open", Empty(), returning: Int.self),
        try await client.call("Cafe\u{301}.Open", Empty(), returning: Int.self),
        try await client.call("Caf\u{E9}.Open", Empty(), returning: Int.self),
      ]
    }

    #expect(replies == [1, 2, 1])
  }

  private func nullServer(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws -> RPCServer {
    var configuration = ServerConfiguration()
    change(&configuration)
    let server = RPCServer(configuration: configuration)
    try server.register("T.Null") { (_: Empty) in Int?.none }
    try server.register("T.One") { (_: Empty) in 1 }
    return server
  }
}

private struct Nested: Codable, Sendable, Equatable {
  var numbers: [[Int]]
  var names: [String: [String: Bool]]
  var optional: String?
  var children: [Nested]
}

/// A value that remembers on what threads it has been decoded.
private struct WhereDecoded: Codable, Sendable {
  let text: String
  let places: [Place]

  init(_ text: String) {
    self.text = text
    self.places = []
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    text = try container.decode(String.self, forKey: .text)
    places = try container.decode([Place].self, forKey: .places) + [Place.current]
  }
}
