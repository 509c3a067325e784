import NIOCore
import RPCKit

// The pieces of an envelope, written without a string or an array in between.
extension ByteBuffer {
  /// Writes a message id: the number, or the bytes as the peer spelled them, or null.
  mutating func writeJSON(_ id: MessageID) {
    if let sequence = id.sequence {
      writeDecimal(sequence)
    } else if let bytes = id.bytes {
      writeBytes(bytes)
    } else {
      writeStaticString("null")
    }
  }

  /// Writes a string with its quotes, escaped exactly as Go does.
  mutating func writeJSON(_ text: String) {
    writeStaticString("\"")
    var text = text
    text.withUTF8 { writeEscaped($0) }
    writeStaticString("\"")
  }

  private mutating func writeEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var position = 0
    while position < text.count {
      let start = position
      while position < text.count, JSONEscape.leaves(text[position]) { position += 1 }
      writeBytes(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[start..<position])))
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
      writeStaticString(escape)
      return JSONEscape.markupLength(of: byte)
    }
    if let escape = JSONEscape.short(byte) {
      writeStaticString(escape)
    } else if byte.isJSONControl {
      writeStaticString(byte < 0x10 ? "\\u000" : "\\u001")
      let digit = byte & 0x0F
      writeInteger(digit < 10 ? UInt8.zero + digit : UInt8(ascii: "a") + digit - 10)
    } else {
      writeInteger(byte)
    }
    return 1
  }

  private mutating func writeDecimal(_ value: UInt64) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { target in
      var count = 1
      var rest = value
      while rest >= 10 {
        rest /= 10
        count += 1
      }
      rest = value
      for index in stride(from: count - 1, through: 0, by: -1) {
        target[index] = .zero + UInt8(rest % 10)
        rest /= 10
      }
      return count
    }
  }
}
