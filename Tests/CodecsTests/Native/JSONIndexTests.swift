import RPCKit
import Testing

@testable import Codecs

/// The native engine's index, and that it accepts what the scanner accepts.
@Suite struct JSONIndexTests {
  private func entries(_ json: String) throws -> [JSONIndex.Entry] {
    try entries(Array(json.utf8))
  }

  private func entries(_ json: [UInt8]) throws -> [JSONIndex.Entry] {
    try json.withUnsafeBytes { json in
      let index = try JSONIndex(json)
      var entries: [JSONIndex.Entry] = []
      for entry in 0..<index.entries.count { entries.append(index.entries[entry]) }
      return entries
    }
  }

  @Test func `each value and name has an entry that leads behind it`() throws {
    let entries = try entries(#" {"a" : [ 1,"x\n" ],"b":{}, "c":null} "#)

    #expect(
      entries.map(\.kind) == [.object, .string, .array, .number, .string, .string, .object, .string, .null]
    )
    #expect(entries.map(\.size) == [3, 1, 2, 1, 3, 1, 0, 1, 4])
    #expect([0, 2, 3, 4, 6, 8].map { entries[$0].link } == [9, 5, 4, 5, 7, 9])
    #expect(entries[4].hasEscapes && !entries[1].hasEscapes)
    #expect(!entries[0].mayRepeatNames)
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, true), (#"{"a":1,"b":[{"a":1}]}"#, false), (#"{"a":1,"\u0061":2}"#, true),
    (#"{"b":1,"a":1,"c":{"a":1},"a":2}"#, true), (#"{"a":1,"A":2,"":3,"\u0000":4}"#, false),
  ])
  func `an object knows whether its names repeat`(json: String, repeats: Bool) throws {
    #expect(try entries(json)[0].mayRepeatNames == repeats)
  }

  @Test func `the names of a large object are compared too`() throws {
    let members = (0..<1000).map { "\"name \($0)\":\($0)" }
    #expect(try !entries("{" + members.joined(separator: ",") + "}")[0].mayRepeatNames)
    #expect(try entries("{" + (members + [members[500]]).joined(separator: ",") + "}")[0].mayRepeatNames)
  }

  @Test(arguments: JSONCase.all)
  func `a text has an index exactly when it is one JSON value`(json: JSONCase) {
    let entries = try? entries(json.bytes)
    #expect((entries != nil) == json.isValid)
  }

  @Test func `mutated documents have an index exactly when the scanner accepts them`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<10_000 {
      var json = Array(RandomDocument.make(using: &random).utf8)
      for _ in 0..<Int.random(in: 0...2, using: &random) where !json.isEmpty {
        let place = Int.random(in: 0..<json.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: json[place] = UInt8.random(in: 0...255, using: &random)
        case 1: json.remove(at: place)
        default: json.removeSubrange(place...)
        }
      }

      let isAccepted = (try? Body(json: json, coder: TestCoder())) != nil
      guard isAccepted == ((try? entries(json)) != nil) else {
        Issue.record("seed \(seed): \(json), accepted by the scanner: \(isAccepted)")
        return
      }
    }
  }

  @Test func `the place of each value is its container and its number there`() throws {
    let json = Array(#"{"a":[1,{"b":2}],"c":3}"#.utf8)
    let places = try json.withUnsafeBytes { JSONPlaces(of: try JSONIndex($0)) }

    #expect(places.place(of: 0) == nil)
    let found = [2, 3, 4, 6, 8].map { places.place(of: $0).map { [$0.container, $0.position] } }
    #expect(found == [[0, 0], [2, 0], [2, 1], [4, 0], [0, 1]])
  }
}
