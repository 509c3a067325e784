import RPCKit
import Testing

/// How deep every engine goes, in both directions.
@Suite struct EngineDepthTests {
  /// An array in an array, as deep as one likes.
  struct Nested: Codable {
    var depth: Int

    init(depth: Int) { self.depth = depth }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      depth = container.isAtEnd ? 1 : try container.decode(Nested.self).depth + 1
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      if depth > 1 { try container.encode(Nested(depth: depth - 1)) }
    }
  }

  /// A list whose elements are one object in the other.
  final class Node: Codable {
    var next: Node?
    init(next: Node?) { self.next = next }
  }

  /// A value that encodes itself as another, with no container between.
  struct Alias: Encodable {
    var depth: Int
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if depth > 0 { try container.encode(Alias(depth: depth - 1)) } else { try container.encode(7) }
    }
  }

  @Test(arguments: Engine.all)
  func `500 levels are written and read`(_ engine: Engine) throws {
    let json = try engine.encode(Nested(depth: 500))

    #expect(json == String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
    #expect(try engine.decode(json, as: Nested.self).depth == 500)
  }

  @Test(arguments: Engine.all, [501, 511, 512, 513, 600, 10_000, 100_000])
  func `a value that is deeper is an encoding error`(_ engine: Engine, depth: Int) {
    #expect(throws: EncodingError.self) { try engine.encode(Nested(depth: depth)) }
    var list: Node?
    for _ in 0..<min(depth, 10_000) { list = Node(next: list) }
    #expect(throws: EncodingError.self) { try engine.encode(list) }
    while let node = list { list = node.next }
  }

  @Test(arguments: Engine.all)
  func `the error says that the value is too deep, whatever went wrong because of it`(_ engine: Engine) {
    var list: Node?
    for _ in 0..<501 { list = Node(next: list) }

    let refusal = Self.refusal(of: list, by: engine)

    #expect(refusal == "Values nested deeper than 500 levels are not encoded.")
  }

  @Test(arguments: Engine.all)
  func `nested containers count as levels`(_ engine: Engine) {
    struct Staircase: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for _ in 0..<600 { container = Self.below(&container) }
        try container.encode(1)
      }
      static func below(_ container: inout any UnkeyedEncodingContainer) -> any UnkeyedEncodingContainer {
        container.nestedUnkeyedContainer()
      }
    }
    #expect(throws: EncodingError.self) { try engine.encode(Staircase()) }
  }

  // Each list of containers would be as long as the loop: released one in the other, it overflows the stack.
  @Test(.timeLimit(.minutes(1)), arguments: Engine.all)
  func `a loop of 100,000 nested containers is an encoding error, and no more work than its steps`(
    _ engine: Engine
  ) {
    struct Arrays: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for _ in 0..<100_000 {
          var inner = container.nestedUnkeyedContainer()
          swap(&container, &inner)
        }
        try container.encode(["x": 1])
      }
    }
    struct Objects: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Colour.self)
        for _ in 0..<100_000 { container = container.nestedContainer(keyedBy: Colour.self, forKey: .a) }
        try container.encode([1], forKey: .red)
      }
    }
    struct Superclasses: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Colour.self)
        for _ in 0..<100_000 { container = container.superEncoder().container(keyedBy: Colour.self) }
        try container.encode(1, forKey: .red)
      }
    }
    let tooDeep = "Values nested deeper than 500 levels are not encoded."
    #expect(Self.refusal(of: [Arrays()], by: engine) == tooDeep)
    #expect(Self.refusal(of: [Objects()], by: engine) == tooDeep)
    #expect(Self.refusal(of: [Superclasses()], by: engine) == tooDeep)
  }

  @Test(arguments: Engine.all)
  func `the error says so for a value in containers that are filled in turns, too`(_ engine: Engine) {
    struct Turning: Encodable {
      var list: Node?
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        var first = container.nestedUnkeyedContainer()
        var second = container.nestedUnkeyedContainer()
        try first.encode(1)
        try second.encode(2)
        try first.encode(list)
      }
    }
    var list: Node?
    for _ in 0..<501 { list = Node(next: list) }

    let refusal = Self.refusal(of: Turning(list: list), by: engine)

    #expect(refusal == "Values nested deeper than 500 levels are not encoded.")
  }

  /// What the error says with which an engine refuses to encode a value.
  private static func refusal(of value: some Encodable, by engine: Engine) -> String? {
    do {
      _ = try engine.encode(value)
      return nil
    } catch EncodingError.invalidValue(_, let context) {
      return context.debugDescription
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: Engine.all)
  func `superclasses' parts and nested objects count as levels`(_ engine: Engine) throws {
    struct Heir: Encodable {
      var depth: Int
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Colour.self)
        var nested = container.nestedContainer(keyedBy: Colour.self, forKey: .a)
        if depth > 1 { try Heir(depth: depth - 1).encode(to: nested.superEncoder(forKey: .red)) }
      }
    }
    let json = try engine.encode(Heir(depth: 250))
    #expect(json.hasPrefix(#"{"a":{"red":{"a":"#) && json.filter { $0 == "{" }.count == 500)
    #expect(throws: EncodingError.self) { try engine.encode(Heir(depth: 251)) }
  }

  @Test(arguments: Engine.all)
  func `values that stand for each other without end are an encoding error`(_ engine: Engine) throws {
    #expect(try engine.encode(Alias(depth: 100)) == "7")
    #expect(throws: EncodingError.self) { try engine.encode(Alias(depth: 1_000_000)) }
  }

  @Test(arguments: Engine.all, ["[", "{\"a\":"])
  func `brackets beyond 500 are a decoding error, closed or not`(_ engine: Engine, bracket: String) {
    let closing = bracket == "[" ? "]" : "}"
    for depth in [501, 511, 512, 513, 514, 2048, 2049, 10_001, 1_000_000] {
      let open = String(repeating: bracket, count: depth)
      #expect(ErrorKind.of { _ = try engine.decode(open, as: AnyJSON.self) } == "dataCorrupted")
      let closed = open + "1" + String(repeating: closing, count: depth)
      #expect(ErrorKind.of { _ = try engine.decode(closed, as: AnyJSON.self) } == "dataCorrupted")
    }
  }

  @Test(arguments: Engine.all)
  func `brackets in strings are not levels`(_ engine: Engine) throws {
    let text = String(repeating: "[{\\\"", count: 1000)
    #expect(try engine.decode("[\"" + text + "\"]", as: [String].self)[0].count == 3000)
  }
}
