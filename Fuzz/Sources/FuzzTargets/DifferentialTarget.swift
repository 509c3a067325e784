import NIOCore
import RPCKit

@testable import Codecs

/// The engines make the same of every text that the scanner has passed, and take no other.
///
/// The differences that the article Engines allows are left out by ``KnownDifferences``.
enum DifferentialTarget {
  static func check(_ input: [UInt8]) throws(Finding) {
    guard let body = try? Body(json: input, coder: Engine.foundation.codec.coder) else {
      return try checkRefusal(of: input)
    }
    let known = KnownDifferences(in: Array(body.bytes.readableBytesView))
    guard !known.areInDictionaries else { return }
    for type in [Unread.self] + Types.all { try check(body.bytes, type, known) }
  }

  /// What is no JSON is none for the strict engines either, which checks the scanner's own strictness.
  private static func checkRefusal(of input: [UInt8]) throws(Finding) {
    let unlimited = MessageLimits(
      maximumBytes: .max,
      maximumDepth: MessageLimits.depthCap,
      maximumValues: .max,
      maximumNumberBytes: .max
    )
    for engine in Engine.all where engine.isStrict {
      let coder = engine.codec.coder
      guard (try? Body(json: input, coder: coder, limits: unlimited)) == nil,
        (try? coder.decode(ByteBuffer(bytes: input), as: Unread.self)) != nil
      else { continue }
      throw Finding("refused by the scanner, but not by \(engine.name)")
    }
  }

  private static func check<Value: Codable & Equatable>(
    _ body: ByteBuffer,
    _ type: Value.Type,
    _ known: KnownDifferences
  ) throws(Finding) {
    var first: Outcome<Value>?
    for engine in Engine.all where !known.concern(engine, type) {
      let outcome = Outcome(engine, body, type)
      guard let other = first else {
        first = outcome
        continue
      }
      guard other.agrees(with: outcome) else {
        throw Finding("as \(type): \(other.text), but \(outcome.text) with \(engine.name)")
      }
    }
    guard case .success(let value) = first?.result else { return }
    for writer in Engine.all { try check(value, writtenBy: writer) }
  }

  /// What one engine writes, every engine reads.
  private static func check<Value: Codable & Equatable>(_ value: Value, writtenBy writer: Engine)
    throws(Finding)
  {
    guard let written = try? Body(encoding: value, coder: writer.codec.coder) else { return }
    let known = KnownDifferences(in: Array(written.bytes.readableBytesView))
    for reader in Engine.all where !known.concern(reader, Value.self) {
      let again = Outcome(reader, written.bytes, Value.self)
      guard case .success(value) = again.result else {
        throw Finding(
          "\(writer.name) wrote \(String(buffer: written.bytes)): \(again.text) with \(reader.name)"
        )
      }
    }
  }
}

/// What an engine made of a text.
private struct Outcome<Value: Decodable & Equatable> {
  let result: Result<Value, any Error>

  init(_ engine: Engine, _ body: ByteBuffer, _ type: Value.Type) {
    result = Result { try engine.codec.coder.decode(body, as: type) }
  }

  var text: String {
    switch result {
    case .success(let value): "\(value)"
    case .failure(let error): "\(error)"
    }
  }

  func agrees(with other: Outcome) -> Bool {
    switch (result, other.result) {
    case (.success(let own), .success(let other)): own == other
    case (.failure, .failure): true
    default: false
    }
  }
}
