@testable import Codecs

/// The differences between the engines that are documented, as far as a text can bring them about.
///
/// They are found in the text, not in what the engines say of it, so that nothing else hides behind them.
struct KnownDifferences {
  /// Two members have one name, or names that Unicode calls the same; or a name holds a NUL.
  private(set) var areInNames = false

  /// A number has a fraction or an exponent, and more digits than a `Double` or a size that none has.
  private(set) var areInNumbers = false

  /// - Parameter text: One value that the scanner has passed.
  init(in text: [UInt8]) {
    var names: [Set<String>] = []
    var position = 0
    while position < text.count {
      switch text[position] {
      case .quote:
        let end = endOfString(in: text, from: position)
        if isName(in: text, behind: end) { note(name: text[position + 1..<end - 1], among: &names) }
        position = end
      case .openBrace, .openBracket:
        names.append([])
        position += 1
      case .closeBrace, .closeBracket:
        names.removeLast()
        position += 1
      case .minus, 0x30...0x39:
        let number = text[position...].prefix { $0.isDigit || "+-.eE".utf8.contains($0) }
        note(number: number)
        position = number.endIndex
      default: position += 1
      }
    }
  }

  private mutating func note(name: ArraySlice<UInt8>, among names: inout [Set<String>]) {
    let name = name.withUnsafeBufferPointer { String(decoding: Array(JSONStringReader($0)), as: UTF8.self) }
    // Swift compares by normal form, as Foundation does.
    let isNew = names[names.count - 1].insert(name).inserted
    if !isNew || name.utf8.contains(0) { areInNames = true }
  }

  private mutating func note(number: ArraySlice<UInt8>) {
    guard number.contains(where: { ".eE".utf8.contains($0) }) else { return }
    let digits = number.prefix { !"eE".utf8.contains($0) }.drop { !(0x31...0x39).contains($0) }.count(
      where: \.isDigit
    )
    let size = abs(Double(String(decoding: number, as: UTF8.self)) ?? .infinity)
    // Beyond 2^53 Foundation rounds integers; zeros with an exponent, and what a Float or a Double rounds to zero, it
    // refuses.
    if digits > 15 || size >= 0x1p53 || size < 0x1p-126 { areInNumbers = true }
  }

  private func endOfString(in text: [UInt8], from start: Int) -> Int {
    var position = start + 1
    while text[position] != .quote { position += text[position] == .backslash ? 2 : 1 }
    return position + 1
  }

  private func isName(in text: [UInt8], behind position: Int) -> Bool {
    text[position...].first { !$0.isJSONWhitespace } == .colon
  }
}
