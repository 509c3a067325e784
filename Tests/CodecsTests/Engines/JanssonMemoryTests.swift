#if Jansson
  import CJansson
  import Foundation
  import NIOCore
  import Testing

  @testable import Codecs

  /// Counts jansson's blocks.
  ///
  /// All of them come from and go back to `malloc`, with the count kept per thread, so that
  /// tests that run at the same time do not disturb each other: a `json_t` stays on its thread.
  enum JanssonAllocations {
    private static let key: pthread_key_t = {
      var key = pthread_key_t()
      pthread_key_create(&key, nil)
      return key
    }()

    private static let installed: Void = json_set_alloc_funcs(
      { size in
        JanssonAllocations.count(1)
        return malloc(size)
      },
      { block in
        if block != nil { JanssonAllocations.count(-1) }
        free(block)
      }
    )

    /// The blocks that this thread has made more than it has freed.
    static var live: Int { Int(bitPattern: pthread_getspecific(key)) }

    private static func count(_ change: Int) {
      pthread_setspecific(key, UnsafeRawPointer(bitPattern: live + change))
    }

    /// Runs something and returns how many blocks more there are than before.
    static func leaked(_ body: () throws -> Void) -> Int {
      installed
      let before = live
      try? body()
      return live - before
    }
  }

  /// Every `json_t` is released, whatever happens.
  @Suite struct JanssonMemoryTests {
    @Test func `the counter counts`() {
      var kept: JanssonValue?
      let leaked = JanssonAllocations.leaked { kept = try JanssonValue.object() }
      #expect(leaked > 0)
      #expect(JanssonAllocations.leaked { kept = nil } == -leaked)
      _ = consume kept
    }

    @Test func `encoding and decoding leave nothing behind`() throws {
      var random = SeededRandom(seed: 27)
      for _ in 0..<500 {
        let record = RandomRecord(using: &random)
        let json = try Engine.jansson.encode(record)
        #expect(JanssonAllocations.leaked { _ = try Engine.jansson.encode(record) } == 0)
        #expect(JanssonAllocations.leaked { _ = try Engine.jansson.decode(json, as: RandomRecord.self) } == 0)
      }
      #expect(JanssonAllocations.leaked { _ = try Engine.jansson.encode([Interleaved()]) } == 0)
      #expect(JanssonAllocations.leaked { _ = try Engine.jansson.encode(Cat(name: "Tom", lives: 9)) } == 0)
    }

    @Test(arguments: [
      "{", "[1,[2,{\"a\":[", "[1,]", "[1.5,1e400,nul]", "{\"a\":1}x", "\"\\ud800\"", "[1,2,3]", "[null]",
      "{\"int\":\"x\"}", "1e400",
      "{\"int\":1,\"small\":300}", "[\"\u{0}\"]", "",
    ])
    func `a document that is refused leaves nothing behind`(_ json: String) {
      #expect(JanssonAllocations.leaked { _ = try Engine.jansson.decode(json, as: RandomRecord.self) } == 0)
      #expect(JanssonAllocations.leaked { _ = try Engine.jansson.decode(json, as: [UInt8].self) } == 0)
      #expect(JanssonAllocations.leaked { _ = try Engine.jansson.decode(json, as: AnyJSON.self) } == 0)
    }

    @Test func `a random cut of a document leaves nothing behind`() throws {
      var random = SeededRandom(seed: 28)
      for _ in 0..<300 {
        let json = try Engine.jansson.encode(RandomRecord(using: &random))
        let cut = String(
          decoding: json.utf8.prefix(Int.random(in: 0...json.utf8.count, using: &random)),
          as: UTF8.self
        )
        #expect(JanssonAllocations.leaked { _ = try Engine.jansson.decode(cut, as: RandomRecord.self) } == 0)
      }
    }

    @Test func `a value that cannot be encoded leaves nothing behind`() {
      struct Failing: Encodable {
        enum Keys: CodingKey { case a, b, c }
        var kind: Int
        func encode(to encoder: any Encoder) throws {
          var container = encoder.container(keyedBy: Keys.self)
          try container.encode([1, 2, 3], forKey: .a)
          var nested = container.nestedUnkeyedContainer(forKey: .b)
          try nested.encode(["x": 0.5])
          switch kind {
          case 0: try nested.encode(Double.nan)
          case 1: try container.encode(EngineDepthTests.Nested(depth: 600), forKey: .c)
          case 2: try container.encode(["x": Date.distantPast - 1e12], forKey: .c)
          case 3: _ = encoder.unkeyedContainer()
          case 4:
            let parent = container.superEncoder()
            var single = parent.singleValueContainer()
            try single.encode([[1], [2]])
            throw CancellationError()
          case 5:
            _ = container.nestedContainer(keyedBy: Keys.self, forKey: .a)
          default:
            var unkeyed = encoder.unkeyedContainer()
            try unkeyed.encode([1])
          }
        }
      }
      for kind in 0...6 {
        var failed = false
        let leaked = JanssonAllocations.leaked {
          do { _ = try Engine.jansson.encode([Failing(kind: kind)]) } catch { failed = true }
        }
        #expect(failed && leaked == 0, "kind \(kind)")
      }
    }

    @Test func `an encoder or a decoder that a type keeps holds its tree no longer than itself`() {
      final class Box: Encodable {
        var encoder: (any Encoder)?
        func encode(to encoder: any Encoder) throws {
          self.encoder = encoder
          var container = encoder.unkeyedContainer()
          try container.encode([1])
        }
      }
      struct Keeper: Decodable {
        let kept: any Decoder
        init(from decoder: any Decoder) { kept = decoder }
      }
      let leaked = JanssonAllocations.leaked {
        let box = Box()
        _ = try Engine.jansson.encode([[box]])
        var container = box.encoder?.unkeyedContainer()
        try? container?.encode([["late"]])
        box.encoder = nil
        _ = try Engine.jansson.decode(#"[{"a":[0.5]}]"#, as: [Keeper].self)
      }
      #expect(leaked == 0)
    }

    @Test func `eight threads do 2,000 round trips each`() async throws {
      let failures = try await withThrowingTaskGroup(of: Int.self) { group in
        for seed in 0..<8 {
          group.addTask { try await Self.roundTrips(seed: UInt64(seed)) }
        }
        return try await group.reduce(0, +)
      }
      #expect(failures == 0)
    }

    /// Runs on a thread of its own and returns how many round trips went wrong, leaks included.
    private static func roundTrips(seed: UInt64) async throws -> Int {
      try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
          var random = SeededRandom(seed: seed)
          var failures = 0
          let leaked = JanssonAllocations.leaked {
            for _ in 0..<2000 {
              let record = RandomRecord(using: &random)
              let json = try? Engine.jansson.encode(record)
              let back = json.flatMap { try? Engine.jansson.decode($0, as: RandomRecord.self) }
              if back != record { failures += 1 }
            }
          }
          continuation.resume(returning: failures + leaked)
        }
      }
    }
  }
#endif
