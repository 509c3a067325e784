import Testing

/// What every engine does with Codable's containers.
@Suite struct EngineContainerTests {
  @Test(arguments: Engine.all)
  func `members that are nil are left out, and null is read as nil`(_ engine: Engine) throws {
    struct Optionals: Codable, Equatable {
      var a: Int?
      var b: String?
      var c: [Int?]
    }
    try engine.expect(Optionals(a: nil, b: "x", c: [nil, 1]), isWritten: #"{"b":"x","c":[null,1]}"#)
    #expect(
      try engine.decode(#"{"a":null,"b":null,"c":[]}"#, as: Optionals.self)
        == Optionals(a: nil, b: nil, c: [])
    )
  }

  @Test(arguments: Engine.all)
  func `empty containers nest`(_ engine: Engine) throws {
    try engine.expect([[[Int]]](), isWritten: "[]")
    try engine.expect([[[Int]]()], isWritten: "[[]]")
    try engine.expect(["": ["": [String: Int]()]], isWritten: #"{"":{"":{}}}"#)
    struct Empty: Codable, Equatable {}
    try engine.expect([Empty(), Empty()], isWritten: "[{},{}]")
  }

  @Test(arguments: Engine.all)
  func `dictionaries are objects when their keys are strings or integers`(_ engine: Engine) throws {
    try engine.expect(["b": 1, "a": 2], isWritten: #"{"a":2,"b":1}"#)
    try engine.expect([1: "a", -2: "b"], isWritten: #"{"1":"a","-2":"b"}"#)
    try engine.expect([Fruit.apple: 1], isWritten: #"["apple",1]"#)
    try engine.expect([Colour.red: 1], isWritten: #"{"red":1}"#)
    try engine.expect([Int8(1): 2], isWritten: "[1,2]")
    try engine.expect(["é": 1, "😀": 2, "a\"b": 3], isWritten: #"{"é":1,"😀":2,"a\"b":3}"#)
  }

  @Test(arguments: Engine.all)
  func `enumerations are their raw value, or an object of their associated values`(_ engine: Engine) throws {
    enum Shape: Codable, Equatable {
      case point
      case circle(radius: Double)
      case pair(Int, Int)
    }
    try engine.expect(Fruit.apple, isWritten: #""apple""#)
    try engine.expect(
      [Shape.point, .circle(radius: 1.5), .pair(1, 2)],
      isWritten: #"[{"point":{}},{"circle":{"radius":1.5}},{"pair":{"_0":1,"_1":2}}]"#
    )
  }

  @Test(arguments: Engine.all)
  func `a subclass may share its superclass's container or give it one of its own`(_ engine: Engine) throws {
    let shared = try engine.encode([SharingCat(name: "Tom", lives: 9)])
    let own = try engine.encode([Cat(name: "Tom", lives: 9)])

    #expect(CanonicalJSON.sorted(shared) == #"[{"lives":9,"name":"Tom"}]"#)
    #expect(CanonicalJSON.sorted(own) == #"[{"lives":9,"super":{"name":"Tom"}}]"#)
    let cats = try engine.decode(own, as: [Cat].self)
    #expect(cats.map(\.name) == ["Tom"] && cats.map(\.lives) == [9])
    #expect(try engine.decode(shared, as: [SharingCat].self).map(\.name) == ["Tom"])
  }

  @Test(arguments: Engine.all)
  func `nested containers can be filled in any order`(_ engine: Engine) throws {
    let json = try engine.encode([Interleaved()])

    #expect(
      CanonicalJSON.sorted(json)
        == #"[{"array":[1,[2],{"k":3},{"k":"unkeyed super"},null,4],"object":{"a":1,"b":0.5},"parent":"super","super":{}}]"#
    )
    _ = try engine.decode(json, as: [Interleaved].self)
  }

  @Test(arguments: Engine.all)
  func `a container that is asked for twice is gone on with`(_ engine: Engine) throws {
    struct Twice: Encodable {
      enum Keys: CodingKey { case a, b, c }
      func encode(to encoder: any Encoder) throws {
        var first = encoder.container(keyedBy: Keys.self)
        var nested = first.nestedContainer(keyedBy: Keys.self, forKey: .c)
        try nested.encode(1, forKey: .a)
        var again = first.nestedContainer(keyedBy: Keys.self, forKey: .c)
        try again.encode(2, forKey: .b)
        try first.encode(1, forKey: .a)
        try first.encode(3, forKey: .a)
        var second = encoder.container(keyedBy: Keys.self)
        try second.encode(4, forKey: .b)
      }
    }
    #expect(CanonicalJSON.sorted(try engine.encode([Twice()])) == #"[{"a":3,"b":4,"c":{"a":1,"b":2}}]"#)
  }

  @Test(arguments: Engine.all)
  func `a value that was encoded as a whole is gone on with as a container`(_ engine: Engine) throws {
    enum Keys: CodingKey { case a, b, c }
    struct Members: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(["x": 1], forKey: .a)
        try container.encode([["y"]], forKey: .c)
        var object = container.nestedContainer(keyedBy: Keys.self, forKey: .a)
        try object.encode(2, forKey: .b)
        var array = container.nestedUnkeyedContainer(forKey: .c)
        try array.encode(2)
      }
    }
    struct Whole: Encodable {
      func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        try single.encode(["x": [1]])
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(2, forKey: .b)
        var object = container.nestedContainer(keyedBy: Keys.self, forKey: .a)
        try object.encode(3, forKey: .c)
      }
    }
    struct Heir: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(1, forKey: .a)
        try Whole().encode(to: container.superEncoder())
        try container.encode(4, forKey: .b)
      }
    }
    let whole = #"{"a":{"c":3},"b":2,"x":[1]}"#

    let json = try [engine.encode([Members()]), engine.encode([Whole(), Whole()]), engine.encode([Heir()])]

    #expect(CanonicalJSON.sorted(json[0]) == #"[{"a":{"b":2,"x":1},"c":[["y"],2]}]"#)
    #expect(CanonicalJSON.sorted(json[1]) == "[\(whole),\(whole)]")
    #expect(CanonicalJSON.sorted(json[2]) == #"[{"a":1,"b":4,"super":\#(whole)}]"#)
  }

  // JSONEncoder ends the process: see below.
  @Test(arguments: Engine.all.filter { $0.name != Engine.foundation.name })
  func `a value that contradicts itself is an encoding error`(_ engine: Engine) {
    #expect(ErrorKind.of { _ = try engine.encode(["x": Contradiction.twoContainers]) } == "invalidValue .x")
    #expect(ErrorKind.of { _ = try engine.encode(["x": Contradiction.valueBehind]) } == "invalidValue .x")
    #expect(ErrorKind.of { _ = try engine.encode(["x": Contradiction.nullBehind]) } == "invalidValue .x")
    #expect(ErrorKind.of { _ = try engine.encode(["x": Contradiction.containerBehind]) } == "invalidValue .x")
    #expect(ErrorKind.of { _ = try engine.encode(["x": Contradiction.inScalar]) } == "invalidValue .x .a")
  }

  #if os(Linux) || os(macOS)
    @Test func `a value that contradicts itself ends the process when Foundation encodes it`() async {
      await #expect(processExitsWith: .failure) {
        _ = try? Engine.foundation.encode(Contradiction.twoContainers)
      }
      await #expect(processExitsWith: .failure) { _ = try? Engine.foundation.encode(Contradiction.inScalar) }
    }
  #endif

  @Test(arguments: Engine.all)
  func `a value that encodes nothing is an empty object, but an error at the top`(_ engine: Engine) throws {
    struct Nothing: Encodable {
      func encode(to encoder: any Encoder) {}
    }
    struct Wrapper: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Nothing())
      }
    }
    #expect(try engine.encode([Nothing()]) == "[{}]")
    #expect(try engine.encode(["a": Nothing()]) == #"{"a":{}}"#)
    #expect(try engine.encode(Wrapper()) == "{}")
    #expect(ErrorKind.of { _ = try engine.encode(Nothing()) } == "invalidValue")
  }

  // RELIABILITY.md R8.
  @Test(.timeLimit(.minutes(1)), arguments: Engine.all)
  func `200,000 names in one object are read, and so are as many equal ones`(_ engine: Engine) throws {
    let different = (0..<200_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
    let equal = Array(repeating: #""k":1"#, count: 200_000).joined(separator: ",")

    #expect(try engine.decode("{\(different)}", as: [String: Int].self).count == 200_000)
    #expect(try engine.decode("{\(equal)}", as: [String: Int].self) == ["k": 1])
  }

  @Test(arguments: Engine.all)
  func `a keyed container tells what it has`(_ engine: Engine) throws {
    struct Inspector: Decodable {
      struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { Int(stringValue) }
        init(stringValue: String) { self.stringValue = stringValue }
        init(intValue: Int) { self.stringValue = "\(intValue)" }
      }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        #expect(container.allKeys.map(\.stringValue).sorted() == ["1", "n", "é"])
        #expect(container.contains(Key(stringValue: "n")) && !container.contains(Key(stringValue: "x")))
        #expect(try container.decodeNil(forKey: Key(stringValue: "n")))
        #expect(try !container.decodeNil(forKey: Key(intValue: 1)))
        #expect(try container.decodeIfPresent(Int.self, forKey: Key(stringValue: "n")) == nil)
        #expect(try container.decodeIfPresent(Int.self, forKey: Key(stringValue: "x")) == nil)
        #expect(try container.decodeIfPresent(Int.self, forKey: Key(intValue: 1)) == 2)
        #expect(container.codingPath.map(\.intValue) == [0])
      }
    }
    _ = try engine.decode(#"[{"1":2,"n":null,"é":[]}]"#, as: [Inspector].self)
  }

  @Test(arguments: Engine.all)
  func `an unkeyed container counts, and stays where it is when decoding fails`(_ engine: Engine) throws {
    struct Inspector: Decodable {
      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        #expect(container.count == 3 && container.currentIndex == 0 && !container.isAtEnd)
        #expect(throws: DecodingError.self) { try container.decode(Int.self) }
        #expect(container.currentIndex == 0)
        #expect(try container.decode(String.self) == "a")
        #expect(try container.decodeNil())
        #expect(try !container.decodeNil())
        #expect(try container.decode(Int.self) == 3)
        #expect(container.isAtEnd)
        #expect(ErrorKind.of { _ = try container.decode(Int.self) } == "valueNotFound [3]")
        #expect(ErrorKind.of { _ = try container.decodeNil() } == "valueNotFound [3]")
      }
    }
    _ = try engine.decode(#"["a",null,3]"#, as: Inspector.self)
  }

  @Test(arguments: Engine.all)
  func `a superclass's part that is missing is null`(_ engine: Engine) throws {
    struct Inspector: Decodable {
      enum Keys: CodingKey { case a }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        #expect(try container.superDecoder().singleValueContainer().decodeNil())
        #expect(try container.superDecoder(forKey: .a).singleValueContainer().decodeNil())
      }
    }
    _ = try engine.decode("{}", as: Inspector.self)
  }

  @Test(arguments: Engine.all)
  func `a decoder that a type keeps can still be used afterwards`(_ engine: Engine) throws {
    struct Keeper: Decodable {
      let kept: any Decoder
      init(from decoder: any Decoder) { kept = decoder }
    }
    let decoder = try engine.decode(#"{"a":["a long enough string to be on the heap",0.1]}"#, as: Keeper.self)
      .kept
    var array = try decoder.container(keyedBy: Colour.self).nestedUnkeyedContainer(forKey: .a)
    #expect(try array.decode(String.self) == "a long enough string to be on the heap")
    #expect(try array.decode(Double.self) == 0.1)
  }

  // JSONDecoder has one decoder for all elements.
  @Test(arguments: Engine.all.filter { $0.name != Engine.foundation.name })
  func `decoders that types keep are each one's own`(_ engine: Engine) throws {
    struct Keeper: Decodable {
      let kept: any Decoder
      init(from decoder: any Decoder) { kept = decoder }
    }
    let decoders = try engine.decode(#"[{"a":1},{"a":2},{"a":3}]"#, as: [Keeper].self).map(\.kept)

    let values = try decoders.map { try $0.container(keyedBy: Colour.self).decode(Int.self, forKey: .a) }

    #expect(values == [1, 2, 3])
    #expect(decoders.map { $0.codingPath.map(\.intValue) } == [[0], [1], [2]])
  }

  @Test(arguments: Engine.all)
  func `members are found in any order, twice, and behind those that nobody reads`(_ engine: Engine) throws {
    struct Reader: Decodable {
      let values: [Int]
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Colour.self)
        values = try [Colour.red, .a, .red, .red].map { try container.decode(Int.self, forKey: $0) }
      }
    }
    for json in [#"{"a":1,"red":2}"#, #"{"red":2,"a":1}"#, #"{"":0,"re":0,"a":1,"redder":0,"red":2}"#] {
      #expect(try engine.decode(json, as: Reader.self).values == [2, 1, 2, 2])
    }
  }

  @Test(arguments: Engine.all)
  func `a value by itself is the same as one in an array`(_ engine: Engine) throws {
    let strings = ["", "plain", "<&>", "\u{2028}", "\"", "\\", "\u{1F}", "\u{7F}", "\0", "é/", "😀"]
    for string in strings {
      #expect(try engine.encode([string]) == "[" + engine.encode(string) + "]")
      #expect(try engine.decode(engine.encode(string), as: String.self) == string)
    }
    for integer in [0, 7, -7, 123_456_789_012_345_678, 1_234_567_890_123_456_789, .max, .min] {
      #expect(try engine.encode([integer]) == "[" + engine.encode(integer) + "]")
      #expect(try engine.decode(engine.encode(integer), as: Int.self) == integer)
    }
    #expect(try engine.encode([true, false]) == "[" + engine.encode(true) + "," + engine.encode(false) + "]")
    for wrong in ["", "01", "1234567890123456789012", "1 2", "+1"] {
      #expect(throws: DecodingError.self) { try engine.decode(wrong, as: Int.self) }
    }
  }

  @Test(arguments: Engine.all)
  func `an encoder that a type keeps does no harm afterwards`(_ engine: Engine) throws {
    final class Box { var encoder: (any Encoder)? }
    struct Keeper: Encodable {
      let box: Box
      func encode(to encoder: any Encoder) throws {
        box.encoder = encoder
        var container = encoder.container(keyedBy: Colour.self)
        try container.encode([1], forKey: .a)
      }
    }
    let box = Box()
    #expect(try engine.encode([Keeper(box: box)]) == #"[{"a":[1]}]"#)
    var container = box.encoder?.container(keyedBy: Colour.self)
    try? container?.encode([["b"]], forKey: .red)
    _ = box.encoder?.codingPath
  }
}

/// A value whose type is wrong about how it encodes itself.
enum Contradiction: Encodable {
  case twoContainers, valueBehind, nullBehind, containerBehind, inScalar

  func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    if self == .containerBehind { try single.encode(1) }
    var container = encoder.container(keyedBy: Colour.self)
    switch self {
    case .twoContainers: _ = encoder.unkeyedContainer()
    case .valueBehind: try single.encode(5)
    case .nullBehind: try single.encodeNil()
    case .containerBehind: break
    case .inScalar:
      try container.encode(1, forKey: .a)
      _ = container.nestedUnkeyedContainer(forKey: .a)
    }
  }
}

enum Fruit: String, Codable { case apple, pear }

enum Colour: String, Codable, CodingKey, CodingKeyRepresentable { case red, a }

class Animal: Codable {
  var name: String
  init(name: String) { self.name = name }
}

final class Cat: Animal {
  enum Keys: CodingKey { case lives }
  var lives: Int

  init(name: String, lives: Int) {
    self.lives = lives
    super.init(name: name)
  }

  required init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    lives = try container.decode(Int.self, forKey: .lives)
    try super.init(from: container.superDecoder())
  }

  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(lives, forKey: .lives)
    try super.encode(to: container.superEncoder())
  }
}

final class SharingCat: Animal {
  enum Keys: CodingKey { case lives }
  var lives: Int

  init(name: String, lives: Int) {
    self.lives = lives
    super.init(name: name)
  }

  required init(from decoder: any Decoder) throws {
    lives = try decoder.container(keyedBy: Keys.self).decode(Int.self, forKey: .lives)
    try super.init(from: decoder)
  }

  override func encode(to encoder: any Encoder) throws {
    try super.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(lives, forKey: .lives)
  }
}

/// Opens its containers first and fills them afterwards, one here, one there; and reads them back so.
struct Interleaved: Codable {
  enum Keys: CodingKey { case object, array, parent }
  enum Inner: CodingKey { case a, b, k }

  init() {}

  func encode(to encoder: any Encoder) throws {
    var top = encoder.container(keyedBy: Keys.self)
    var object = top.nestedContainer(keyedBy: Inner.self, forKey: .object)
    var array = top.nestedUnkeyedContainer(forKey: .array)
    let parent = top.superEncoder(forKey: .parent)
    _ = top.superEncoder()
    try array.encode(1)
    try object.encode(1, forKey: .a)
    var inner = array.nestedUnkeyedContainer()
    var keyed = array.nestedContainer(keyedBy: Inner.self)
    #expect(array.count == 3)
    let unkeyedParent = array.superEncoder()
    try array.encodeNil()
    try inner.encode(2)
    try array.encode(4)
    try keyed.encode(3, forKey: .k)
    var unkeyedObject = unkeyedParent.container(keyedBy: Inner.self)
    try unkeyedObject.encode("unkeyed super", forKey: .k)
    try object.encode(0.5, forKey: .b)
    var single = parent.singleValueContainer()
    try single.encode("super")
    #expect(keyed.codingPath.map(\.stringValue).suffix(2) == ["array", "Index 2"])
  }

  init(from decoder: any Decoder) throws {
    let top = try decoder.container(keyedBy: Keys.self)
    var array = try top.nestedUnkeyedContainer(forKey: .array)
    let object = try top.nestedContainer(keyedBy: Inner.self, forKey: .object)
    #expect(try array.decode(Int.self) == 1)
    var inner = try array.nestedUnkeyedContainer()
    let keyed = try array.nestedContainer(keyedBy: Inner.self)
    let parent = try array.superDecoder().container(keyedBy: Inner.self)
    #expect(try object.decode(Double.self, forKey: .b) == 0.5)
    #expect(try inner.decode(Int.self) == 2)
    #expect(try keyed.decode(Int.self, forKey: .k) == 3)
    #expect(try parent.decode(String.self, forKey: .k) == "unkeyed super")
    #expect(try top.superDecoder(forKey: .parent).singleValueContainer().decode(String.self) == "super")
    #expect(keyed.codingPath.map(\.stringValue).suffix(2) == ["array", "Index 2"])
  }
}
