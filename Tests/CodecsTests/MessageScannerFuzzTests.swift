import RPCKit
import Testing

@testable import Codecs

struct MessageScannerFuzzTests {
  @Test func `random messages are the same in random pieces`() {
    let seed = printedSeed(for: "random pieces")
    var messages = RandomMessages(numbers: SeededNumbers(seed: seed))

    for _ in 0..<10_000 {
      let bytes = Array(messages.message().utf8)
      let whole = scan(bytes)
      var ends: [Int] = []
      while (ends.last ?? 0) < bytes.count {
        ends.append(min((ends.last ?? 0) + Int.random(in: 0...9, using: &messages.numbers), bytes.count))
      }
      let inPieces = scan(bytes, ends: ends)

      guard whole.isComplete, inPieces == whole else {
        Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(whole), but \(inPieces) in pieces \(ends)")
        return
      }
    }
  }

  @Test func `mutated messages have one verdict, whole or byte by byte`() {
    let seed = printedSeed(for: "mutations")
    var messages = RandomMessages(numbers: SeededNumbers(seed: seed))
    let limits = MessageLimits(maximumBytes: 300, maximumDepth: 5, maximumValues: 20, maximumNumberBytes: 19)

    for _ in 0..<10_000 {
      var bytes = Array(messages.message().utf8)
      for _ in 0..<Int.random(in: 1...3, using: &messages.numbers) {
        mutate(&bytes, using: &messages.numbers)
      }
      for limits in [MessageLimits(), limits] {
        let whole = scan(bytes, limits: limits)
        let byteByByte = scan(bytes, by: 1, limits: limits)
        guard byteByByte == whole else {
          Issue.record("\(bytes): \(whole) whole, \(byteByByte) byte by byte")
          return
        }
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], using numbers: inout SeededNumbers) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: 0..<bytes.count, using: &numbers)
    let tellingBytes = Array("\"\\{}[]:,0-.eEutfn \u{0}".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF]
    let telling = tellingBytes[Int.random(in: 0..<tellingBytes.count, using: &numbers)]
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    case 1: bytes[index] = telling
    case 2: bytes.insert(telling, at: index)
    case 3: bytes.remove(at: index)
    case 4: bytes.removeSubrange(index...)
    default: bytes.insert(contentsOf: bytes[index...].prefix(7), at: index)
    }
  }
}
