import Foundation
import RPCKit
import Testing

@testable import Codecs

/// What a scan of some bytes came to, in a form that can be compared.
enum ScanVerdict: Equatable, CustomStringConvertible {
  case complete(length: Int, envelope: String)
  case incomplete
  case failed(ScanError)

  var description: String {
    switch self {
    case .complete(let length, let envelope): "complete after \(length) bytes: \(envelope)"
    case .incomplete: "incomplete"
    case .failed(let error): "\(error.problem.text) at \(error.offset)"
    }
  }

  var isComplete: Bool {
    if case .complete = self { true } else { false }
  }

  var error: ScanError? {
    if case .failed(let error) = self { error } else { nil }
  }
}

/// Scans bytes that arrive in pieces: `ends` says how many there are at each call of the scanner.
func scan(
  _ bytes: [UInt8],
  ends: some Sequence<Int>,
  limits: MessageLimits = MessageLimits(),
  accepting acceptance: MessageScanner.Acceptance = .messages
) -> ScanVerdict {
  var scanner = MessageScanner(limits: limits, accepting: acceptance)
  return bytes.withUnsafeBytes { bytes in
    for end in ends {
      do throws(ScanError) {
        if try scanner.scan(UnsafeRawBufferPointer(rebasing: bytes[..<end])) {
          return .complete(length: scanner.offset, envelope: String(describing: scanner.envelope))
        }
      } catch {
        return .failed(error)
      }
    }
    return .incomplete
  }
}

/// Scans bytes that are all there at once.
func scan(
  _ bytes: [UInt8],
  limits: MessageLimits = MessageLimits(),
  accepting acceptance: MessageScanner.Acceptance = .messages
) -> ScanVerdict {
  scan(bytes, ends: CollectionOfOne(bytes.count), limits: limits, accepting: acceptance)
}

/// Scans bytes that arrive so many at a time.
func scan(
  _ bytes: [UInt8],
  by size: Int,
  limits: MessageLimits = MessageLimits(),
  accepting acceptance: MessageScanner.Acceptance = .messages
) -> ScanVerdict {
  let ends = stride(from: size, to: bytes.count, by: size).map { $0 } + [bytes.count]
  return scan(bytes, ends: ends, limits: limits, accepting: acceptance)
}

/// The envelope of a message, which must be complete.
func envelope(of text: String) throws -> Envelope {
  var scanner = MessageScanner(limits: MessageLimits())
  var text = text
  let isComplete = try text.withUTF8 { try scanner.scan(UnsafeRawBufferPointer($0)) }
  return try #require(isComplete ? scanner.envelope : nil)
}

/// What stands at a recorded place of a message.
func part(_ value: Envelope.Value, of text: String) -> String? {
  value.isComplete ? String(decoding: Array(text.utf8)[value.range], as: UTF8.self) : nil
}

/// Random numbers that come again with the same seed.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    self.state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// A seed for one test run, printed so that a failure can be repeated by setting `RPCKIT_SEED`.
func printedSeed(for test: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["RPCKIT_SEED"].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 0...UInt64.max)
  print("\(test): RPCKIT_SEED=\(seed)")
  return seed
}

/// Random messages.
struct RandomMessages {
  var numbers: SeededNumbers

  mutating func message() -> String {
    var members = [
      #""method":"# + string(), #""params":["# + value(depth: 0) + "]", #""id":"# + value(depth: 3),
      string() + ":" + value(depth: 2), #""result" : "# + value(depth: 1),
      #""\u0065rror":"# + value(depth: 2),
    ]
    members.shuffle(using: &numbers)
    return "{" + members.prefix(pick(7)).joined(separator: space() + "," + space()) + "}"
  }

  mutating func value(depth: Int) -> String {
    switch pick(depth < 4 ? 9 : 6) {
    case 0: "null"
    case 1: pick(2) == 0 ? "true" : "false"
    case 2: "\(Int64.random(in: .min ... .max, using: &numbers))"
    case 3: ["0", "-0", "1.5", "-12e+3", "0.1E-7", "123456789012345678901234567890"][pick(6)]
    case 4, 5: string()
    case 6, 7: "[" + (0..<pick(4)).map { _ in value(depth: depth + 1) }.joined(separator: space() + ",") + "]"
    default:
      "{"
        + (0..<pick(4)).map { _ in string() + ":" + space() + value(depth: depth + 1) }.joined(separator: ",")
        + "}"
    }
  }

  mutating func string() -> String {
    let pieces = [
      "a", "Arith.Multiply", "é", "日本", "😀", #"\n"#, #"\""#, #"\\"#, #"\u00e9"#, #"\ud83d\ude00"#, "{", "]",
      " ",
      "id", #"\u0000"#, "long enough for several steps of eight bytes",
    ]
    return "\"" + (0..<pick(5)).map { _ in pieces[pick(pieces.count)] }.joined() + "\""
  }

  private mutating func space() -> String {
    ["", "", "", " ", "\n", "\r\n\t "][pick(6)]
  }

  private mutating func pick(_ count: Int) -> Int {
    Int.random(in: 0..<count, using: &numbers)
  }
}
