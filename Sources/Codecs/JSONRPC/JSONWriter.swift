import NIOCore
import RPCKit

/// Writes the pieces of a message into memory that has been reserved for it, so that room is made only once.
struct JSONWriter {
  private let target: UnsafeMutableRawBufferPointer

  /// How many bytes have been written.
  private(set) var count = 0

  init(_ target: UnsafeMutableRawBufferPointer) {
    self.target = target
  }

  /// Writes a fixed piece of the envelope.
  @inline(__always)
  mutating func write(_ piece: StaticString) {
    write(UnsafeRawBufferPointer(start: piece.utf8Start, count: piece.utf8CodeUnitCount))
  }

  /// Writes bytes as they are.
  @inline(__always)
  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  /// Writes a body as it is.
  mutating func write(_ body: ByteBuffer) {
    body.withUnsafeReadableBytes { write($0) }
  }

  /// Writes a message id: the number, or the bytes as the peer spelled them, or null.
  mutating func write(_ id: MessageID) {
    if let sequence = id.sequence {
      write(decimal: sequence)
    } else if let bytes = id.bytes {
      bytes.withUnsafeBytes { write($0) }
    } else {
      write("null")
    }
  }

  /// Writes a string with its quotes, escaped exactly as Go does.
  mutating func write(string text: String) {
    write("\"")
    var text = text
    text.withUTF8 { writeEscaped($0) }
    write("\"")
  }

  private mutating func write(byte: UInt8) {
    target[count] = byte
    count += 1
  }

  mutating func write(decimal value: UInt64) {
    var length = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      length += 1
    }
    rest = value
    for index in (count..<count + length).reversed() {
      target[index] = .zero + UInt8(rest % 10)
      rest /= 10
    }
    count += length
  }

  private mutating func writeEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var position = 0
    while position < text.count {
      let start = position
      while position < text.count, JSONEscape.leaves(text[position]) { position += 1 }
      write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[start..<position])))
      guard position < text.count else { return }
      position += writeCharacter(of: text, at: position)
    }
  }

  /// Writes one character that Go may not leave as it is.
  ///
  /// - Returns: How many bytes of the text it takes.
  private mutating func writeCharacter(of text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    let byte = text[position]
    if let escape = JSONEscape.ofMarkup(in: text, at: position) {
      write(escape)
      return JSONEscape.markupLength(of: byte)
    }
    if let escape = JSONEscape.short(byte) {
      write(escape)
    } else if byte.isJSONControl {
      write(byte < 0x10 ? "\\u000" : "\\u001")
      let digit = byte & 0x0F
      write(byte: digit < 10 ? UInt8.zero + digit : UInt8(ascii: "a") + digit - 10)
    } else {
      write(byte: byte)
    }
    return 1
  }
}

// How much room the pieces need at most.
extension JSONWriter {
  static func room(for id: MessageID) -> Int {
    // The longest number has twenty digits.
    id.bytes?.count ?? 20
  }

  static func room(forString text: String) -> Int {
    // The longest escape of one byte has six. A short text is not worth a look.
    guard text.utf8.count > 64 else { return 2 + 6 * text.utf8.count }
    var text = text
    return text.withUTF8 { bytes in bytes.reduce(2) { $0 + (JSONEscape.leaves($1) ? 1 : 6) } }
  }
}
