import NIOCore
import RPCKit
import Testing

@testable import Codecs

/// What only the native engine promises, or could get wrong.
@Suite struct NativeCoderTests {
  private let engine = Engine.native

  @Test func `members are written in the order in which the type encodes them`() throws {
    struct Item: Encodable { var z = 1, a = "x", m = [true] }
    #expect(
      try engine.encode([Item(), Item()]) == #"[{"z":1,"a":"x","m":[true]},{"z":1,"a":"x","m":[true]}]"#
    )
  }

  @Test func `an encode that throws leaves the buffer as it was, however far it came`() {
    for length in [1, 100, 100_000] {
      var output = ByteBuffer(string: "before")
      let value = [[String(repeating: "x", count: length): 1.0], ["y": .nan]]
      #expect(throws: EncodingError.self) { try engine.coder.encode(value, into: &output) }
      #expect(output == ByteBuffer(string: "before"))
    }
  }

  @Test func `a member or an element whose value cannot be encoded is as if it had not been begun`() throws {
    struct Forgiving: Encodable {
      enum Keys: CodingKey { case a, b, c }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try? container.encode(Double.nan, forKey: .a)
        try container.encode(1, forKey: .b)
        try? container.encode([[1], [.infinity]], forKey: .c)
        try container.encode(List(), forKey: .c)
        try container.encode("a", forKey: .a)
      }
    }
    struct List: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try? container.encode(["x": Double.nan])
        try container.encode(1)
        #expect(container.count == 1)
      }
    }
    #expect(CanonicalJSON.sorted(try engine.encode(Forgiving())) == #"{"a":"a","b":1,"c":[1]}"#)
  }

  @Test func `a container that is used while a value in it is being encoded is an error`() throws {
    final class Box { var container: (any UnkeyedEncodingContainer)? }
    struct Intruder: Encodable {
      let box: Box
      func encode(to encoder: any Encoder) throws { try box.container?.encode(1) }
    }
    struct Outer: Encodable {
      let box = Box()
      func encode(to encoder: any Encoder) throws {
        box.container = encoder.unkeyedContainer()
        var container = box.container
        try container?.encode(0)
        try container?.encode(Intruder(box: box))
      }
    }
    #expect(ErrorKind.of { _ = try engine.encode([Outer()]) } == "invalidValue [0]")
  }

  @Test func `a value that asks for two different containers is an error, if it hides that or not`() {
    struct Torn: Encodable {
      func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: Colour.self)
        try keyed.encode(1, forKey: .a)
        var unkeyed = encoder.unkeyedContainer()
        try? unkeyed.encode(1)
      }
    }
    #expect(ErrorKind.of { _ = try engine.encode(["x": Torn()]) } == "invalidValue .x")
  }

  @Test func `a single value that is encoded twice is the second one`() throws {
    struct Changing: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("a long enough first value")
        #expect(throws: EncodingError.self) { try container.encode([Double.nan]) }
        try container.encode(2)
      }
    }
    #expect(try engine.encode([Changing(), Changing()]) == "[2,2]")
  }

  @Test func `large objects with repeated names, written and read, have the last of each`() throws {
    struct Repeating: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        for value in 0..<200 { try container.encode([value], forKey: AnyKey(stringValue: "k\(value % 50)")) }
      }
    }
    let last = Dictionary(uniqueKeysWithValues: (150..<200).map { ("k\($0 % 50)", [$0]) })

    #expect(try engine.decode(engine.encode(Repeating()), as: [String: [Int]].self) == last)
    let json = "{" + (0..<200).map { "\"k\($0 % 50)\":[\($0)]" }.joined(separator: ",") + "}"
    #expect(try engine.decode(json, as: [String: [Int]].self) == last)
  }

  @Test(arguments: [3, 16, 17, 300])
  func `members are found in any order, missing ones are not`(count: Int) throws {
    struct Members: Decodable {
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        for key in container.allKeys.reversed() + container.allKeys {
          #expect(try container.decode([Int].self, forKey: key) == [Int(key.stringValue.dropFirst(4)) ?? -1])
          #expect(!container.contains(AnyKey(stringValue: key.stringValue + " ")))
        }
        #expect(try container.decodeIfPresent(Int.self, forKey: AnyKey(stringValue: "none")) == nil)
      }
    }
    let members = (0..<count).map { $0 % 3 == 0 ? "\"\\u006eame\($0)\":[\($0)]" : "\"name\($0)\":[\($0)]" }
    _ = try engine.decode("{" + members.joined(separator: ",") + "}", as: Members.self)
  }

  @Test func `containers of one decoding can be read in turns`() throws {
    struct Reader: Decodable {
      init(from decoder: any Decoder) throws {
        var array = try decoder.unkeyedContainer()
        let first = try array.nestedContainer(keyedBy: Colour.self)
        let second = try array.nestedContainer(keyedBy: Colour.self)
        #expect(try first.decode(Int.self, forKey: .red) == 1)
        #expect(try second.decode(Int.self, forKey: .red) == 3)
        #expect(try first.decode(Int.self, forKey: .a) == 2)
        #expect(try second.decode(Int.self, forKey: .a) == 4)
        #expect(try second.decode(Int.self, forKey: .red) == 3)
      }
    }
    _ = try engine.decode(#"[{"red":1,"a":2},{"red":3,"a":4}]"#, as: Reader.self)
  }

  @Test func `what a type keeps of a decoding has bytes of its own`() throws {
    struct Keeper: Decodable {
      let kept: any Decoder
      init(from decoder: any Decoder) { kept = decoder }
    }
    var bytes = ByteBuffer(string: #"{"a":[1,"a string that is long enough to be on the heap"]}"#)
    let decoder = try engine.coder.decode(bytes, as: Keeper.self).kept
    bytes.setRepeatingByte(0, count: bytes.readableBytes, at: 0)

    var array = try decoder.container(keyedBy: Colour.self).nestedUnkeyedContainer(forKey: .a)
    #expect(try array.decode(Int.self) == 1)
    #expect(try array.decode(String.self) == "a string that is long enough to be on the heap")
  }

  // With a step for each pair of members, the work would be 10,000 times as much.
  @Test(.timeLimit(.minutes(1)))
  func `an object of 20,000 members is no more work than its members are`() throws {
    let names = (0..<20_000).map { "member \($0)" }
    let json = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
    struct Reversed: Decodable {
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        for key in container.allKeys.reversed() { _ = try container.decode(Int.self, forKey: key) }
      }
    }

    let dictionary = try engine.decode(json, as: [String: Int].self)
    _ = try engine.decode(json, as: Reversed.self)
    _ = try engine.decode(
      "[" + Array(repeating: json, count: 2).joined(separator: ",") + "]",
      as: [Reversed].self
    )
    let written = try engine.encode(dictionary)

    #expect(dictionary.count == 20_000 && written.utf8.count == json.utf8.count)
  }

  @Test(.timeLimit(.minutes(1)))
  func `asking for the way to each of 20,000 elements is no more work than they are`() throws {
    struct Asking: Decodable {
      let path: Int
      init(from decoder: any Decoder) throws { path = decoder.codingPath.count }
    }
    let json = #"{"a":["# + Array(repeating: "{}", count: 20_000).joined(separator: ",") + "]}"
    #expect(try engine.decode(json, as: [String: [Asking]].self)["a"]?.allSatisfy { $0.path == 2 } == true)
  }

  @Test func `a nested container that is gone on with after others is where it was begun`() throws {
    struct Winding: Encodable {
      enum Keys: CodingKey { case a, b, c, d }
      func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: Keys.self)
        try top.encode(0, forKey: .d)
        var a = top.nestedContainer(keyedBy: Keys.self, forKey: .a)
        try a.encode([1], forKey: .a)
        var list = a.nestedUnkeyedContainer(forKey: .b)
        try list.encode("x")
        let inner = list.superEncoder()
        _ = list.superEncoder()
        #expect(list.count == 3)
        // From here on, what has been begun above is gone on with.
        try top.encode(2, forKey: .b)
        try list.encode("y")
        try a.encode(3, forKey: .c)
        var object = inner.container(keyedBy: Keys.self)
        try object.encode([true], forKey: .a)
        let path = object.codingPath.map(\.stringValue)
        #expect(path.suffix(3) == ["a", "b", "Index 1"])
        let error = ErrorKind.of { try object.encode([Double.nan], forKey: .b) }
        #expect(error?.hasSuffix(" .a .b [1] .b [0]") == true)
        try top.encode(4, forKey: .c)
      }
    }
    let one = #"{"a":{"a":[1],"b":["x",{"a":[true]},{},"y"],"c":3},"b":2,"c":4,"d":0}"#
    #expect(CanonicalJSON.sorted(try engine.encode([Winding(), Winding()])) == "[\(one),\(one)]")
  }

  @Test func `a nested container that is filled at once stays text, in its place`() throws {
    struct Plain: Encodable {
      enum Keys: CodingKey { case a, b }
      func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: Keys.self)
        try top.encode(1, forKey: .b)
        var a = top.nestedContainer(keyedBy: Keys.self, forKey: .a)
        try a.encode([2], forKey: .b)
        var list = a.nestedUnkeyedContainer(forKey: .a)
        try? list.encode(Double.nan)
        try list.encodeNil()
      }
    }
    #expect(try engine.encode([Plain()]) == #"[{"b":1,"a":{"b":[2],"a":[null]}}]"#)
  }

  @Test func `an error in a nested container leaves the values around it as they were`() throws {
    struct Failing: Encodable {
      func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: Colour.self)
        var nested = top.nestedUnkeyedContainer(forKey: .a)
        try nested.encode(1)
        try nested.encode(Double.nan)
      }
    }
    struct Outer: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        let error = ErrorKind.of { try container.encode(Failing()) }
        #expect(error == "invalidValue [0] .a [1]")
        try container.encode(2)
      }
    }
    #expect(try engine.encode(Outer()) == "[2]")
  }

  @Test(.timeLimit(.minutes(1)))
  func `columns that are filled in turns are no more work than they have elements`() throws {
    struct Table: Encodable {
      enum Keys: CodingKey { case x, y }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var x = container.nestedUnkeyedContainer(forKey: .x)
        var y = container.nestedUnkeyedContainer(forKey: .y)
        for row in 0..<10_000 {
          try x.encode(row)
          try y.encode([row])
        }
      }
    }
    let columns = try engine.decode(engine.encode(Table()), as: [String: AnyJSON].self)
    #expect(columns["x"] == .array((0..<10_000).map { .int($0) }))
  }

  @Test func `nothing is left of a value that was put together in parts`() throws {
    final class Parts {
      weak var tree: NativeTree?
      weak var part: NativeTree?
    }
    struct Nesting: Encodable {
      enum Keys: CodingKey { case a, b }
      let parts: Parts
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var nested = container.nestedContainer(keyedBy: Keys.self, forKey: .a)
        try nested.encode(["x": 1], forKey: .b)
        parts.tree = (container.superEncoder(forKey: .b) as? NativeTreeEncoder)?.tree
        parts.part = (nested.superEncoder() as? NativeTreeEncoder)?.tree
        #expect(parts.part != nil && parts.tree != nil)
      }
    }
    let parts = Parts()

    #expect(try engine.encode([Nesting(parts: parts)]) == #"[{"a":{"b":{"x":1},"super":{}},"b":{}}]"#)

    #expect(parts.part == nil && parts.tree == nil)
  }
}

private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
