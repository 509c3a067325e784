@testable import Codecs

/// The differences between the engines that are documented, as far as a text can bring them about.
///
/// They are found in the text, not in what the engines say of it, so that nothing else hides behind them.
struct KnownDifferences {
  /// Two names of one object differ, but Swift's strings call them equal.
  ///
  /// A dictionary keeps one of them, by the order in which an engine has them, which is nobody's promise.
  private(set) var areInDictionaries = false

  /// Two members have one name, of which Foundation takes the first.
  private var areInRepeatedNames = false

  /// A name holds a NUL, which jansson refuses.
  private var areInNamesWithNUL = false

  /// A number has a fraction or an exponent, and more digits than a `Double` or a size that none has.
  private var areInNumbers = false

  /// Whether an engine may make something of its own of the text, read as this type.
  func concern(_ engine: Engine, _ type: Any.Type) -> Bool {
    switch engine.name {
    case "Foundation": areInRepeatedNames || areInNumbers && type != Unread.self
    case "jansson": areInNamesWithNUL
    default: false
    }
  }

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
    if name.utf8.contains(0) { areInNamesWithNUL = true }
    let other = names[names.count - 1].update(with: name)
    guard let other else { return }
    // Equal strings need not have equal bytes.
    if other.utf8.elementsEqual(name.utf8) { areInRepeatedNames = true } else { areInDictionaries = true }
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
