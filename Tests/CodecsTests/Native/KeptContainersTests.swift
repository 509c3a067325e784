import RPCKit
import Testing

@testable import Codecs

/// Containers that are used for one object after the other, by types that do not make it easy.
@Suite struct KeptContainersTests {
  private let engine = Engine.native

  @Test func `objects in objects with keys of one type do not disturb each other`() throws {
    let trees = (0..<50).map { number in Tree(number, (0..<3).map { Tree(number + $0, [Tree($0, [])]) }) }
    #expect(try engine.decode(try engine.encode(trees), as: [Tree].self) == trees)
  }

  @Test func `more types of keys than are kept are no matter`() throws {
    let row = Row()
    let rows = Array(repeating: row, count: 50)
    #expect(try engine.decode(try engine.encode(rows), as: [Row].self) == rows)
  }

  @Test func `a decoding container that a type keeps stays for its object, also afterwards`() throws {
    struct Keeper: Decodable {
      let container: KeyedDecodingContainer<PositionKey>
      init(from decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: PositionKey.self)
      }
      func number() throws -> Int { try container.decode(Int.self, forKey: .member("a")) }
    }
    struct Checker: Decodable {
      let keepers: [Keeper]
      init(from decoder: any Decoder) throws {
        keepers = try [Keeper](from: decoder)
        #expect(try keepers.map { try $0.number() } == Array(0..<100))
      }
    }
    let json = "[" + (0..<100).map { #"{"a":\#($0)}"# }.joined(separator: ",") + "]"

    let keepers = try engine.decode(json, as: Checker.self).keepers

    #expect(try keepers.map { try $0.number() } == Array(0..<100))
    #expect(keepers[70].container.codingPath.map(\.intValue) == [70])
  }

  @Test func `an encoding container that a type keeps writes into no other object`() throws {
    final class Box { var containers: [KeyedEncodingContainer<PositionKey>] = [] }
    struct Keeper: Encodable {
      let box: Box
      let number: Int
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: PositionKey.self)
        try container.encode(number, forKey: .member("a"))
        for index in box.containers.indices {
          #expect(throws: EncodingError.self) { try box.containers[index].encode(1, forKey: .member("b")) }
        }
        if number % 5 == 0 { box.containers.append(container) }
      }
    }
    let box = Box()
    let json = try engine.encode((0..<100).map { Keeper(box: box, number: $0) })

    #expect(json == "[" + (0..<100).map { #"{"a":\#($0)}"# }.joined(separator: ",") + "]")
    #expect(throws: EncodingError.self) { try box.containers[9].encode(1, forKey: .member("b")) }
  }

  @Test func `a value that throws among many leaves the others theirs`() throws {
    struct Lenient: Decodable {
      let number: Int?
      init(from decoder: any Decoder) throws {
        number = try? decoder.container(keyedBy: PositionKey.self).decode(Int.self, forKey: .member("a"))
      }
    }
    let json =
      "[" + (0..<100).map { $0 % 3 == 0 ? #"{"a":"x"}"# : #"{"a":\#($0)}"# }.joined(separator: ",") + "]"
    #expect(
      try engine.decode(json, as: [Lenient].self).map(\.number) == (0..<100).map { $0 % 3 == 0 ? nil : $0 }
    )
  }

  @Test func `nothing of a decoding or an encoding is left when it is over`() throws {
    struct Item: Codable { var a = 1 }
    weak var document: NativeDocument?
    weak var encoding: NativeEncoding?
    struct Reader: Decodable {
      let document: () -> NativeDocument?
      init(from decoder: any Decoder) throws {
        _ = try [Item](from: decoder)
        weak let seen = (decoder as? NativeDecoder)?.document
        document = { seen }
      }
    }
    struct Writer: Encodable {
      let see: (NativeEncoding?) -> Void
      func encode(to encoder: any Encoder) throws {
        see((encoder as? NativeEncoder)?.encoding)
        try Array(repeating: Item(), count: 100).encode(to: encoder)
      }
    }

    document = try engine.decode(try engine.encode(Array(repeating: Item(), count: 100)), as: Reader.self)
      .document()
    _ = try engine.encode(Writer { encoding = $0 })

    #expect(document == nil)
    #expect(encoding == nil)
  }
}

private struct Tree: Codable, Equatable {
  let number: Int
  let branches: [Tree]
  let name: String

  init(_ number: Int, _ branches: [Tree]) {
    self.number = number
    self.branches = branches
    name = "tree \(number)"
  }
}

/// A value with more types of keys in it than are kept.
private struct Row: Codable, Equatable {
  var a = One(x: Two(x: Three(x: Four(x: Five(x: 1)))))
  var b = Six(x: Seven(x: Eight(x: Nine(x: Ten(x: 2)))))

  struct One<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Two<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Three<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Four<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Five<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Six<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Seven<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Eight<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Nine<X: Codable & Equatable>: Codable, Equatable { var x: X }
  struct Ten<X: Codable & Equatable>: Codable, Equatable { var x: X }
}
