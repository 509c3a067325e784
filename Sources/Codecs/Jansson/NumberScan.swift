#if Jansson
  import CJansson
  import NIOCore
  import RPCKit

  /// Looks over a document before jansson does, and puts placeholders where jansson would lose digits.
  ///
  /// Numbers that are integers of at most 18 digits are left to jansson: a document that has no others is parsed where
  /// it lies. Otherwise jansson parses a copy in which each other number is ``NumberTexts``' placeholder, spelled
  /// `17e0`: without a point, which jansson would look for by the locale. So what is no number is refused here: jansson
  /// would read `1.5.5` as far as it is one, and abort when another thread changes the locale meanwhile.
  struct NumberScan {
    /// The numbers behind the placeholders.
    private(set) var texts = NumberTexts()

    /// The document with placeholders, or nil when there are none.
    private(set) var rewritten: ByteBuffer?

    /// The integers with as many digits are all in the range of `Int64`.
    private static let plainDigits = 18

    /// Scans a document.
    ///
    /// - Throws: A `DecodingError` when it is nested too deep, has a NUL where jansson swallows it, or has a
    ///   malformed number.
    init(_ bytes: UnsafeRawBufferPointer) throws {
      var copied = 0
      var depth = 0
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        switch byte {
        case .quote:
          index = Self.endOfString(in: bytes, from: index)
        case .minus, .zero...(.zero + 9):
          if let end = Self.endOfPlainInteger(in: bytes, from: index) {
            index = end
            continue
          }
          let end = Self.endOfNumber(in: bytes, from: index)
          let number = UnsafeRawBufferPointer(rebasing: bytes[index..<end])
          guard DecimalText(number) != nil else {
            throw JSONBytes.corrupted("The given data was not valid JSON: no number at byte \(index).")
          }
          replace(number, behind: UnsafeRawBufferPointer(rebasing: bytes[copied..<index]))
          copied = end
          index = end
          continue
        case .openBracket, .openBrace:
          depth += 1
          guard depth <= MessageLimits.depthCap else { throw JSONBytes.tooDeep() }
        case .closeBracket, .closeBrace:
          depth -= 1
        case 0:
          throw JSONBytes.corrupted("The given data was not valid JSON: a NUL at byte \(index).")
        default:
          break
        }
        index += 1
      }
      rewritten?.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied...]))
    }

    /// Puts a placeholder in the place of a number, behind what is copied as it is.
    private mutating func replace(_ number: UnsafeRawBufferPointer, behind bytes: UnsafeRawBufferPointer) {
      var rewritten = rewritten.take() ?? ByteBuffer()
      rewritten.writeBytes(bytes)
      rewritten.writeString("\(texts.count)e0")
      self.rewritten = rewritten
      _ = texts.append(number)
    }

    /// Where the closing quotation mark of a string is, or the end where there is none.
    @inline(__always)
    private static func endOfString(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[(start + 1)...])
      // memchr passes many bytes at a time. Behind a backslash is a quotation mark that may belong to the string.
      guard let base = rest.baseAddress, let quote = memchr(base, CInt(UInt8.quote), rest.count) else {
        return bytes.count
      }
      let end = start + 1 + (UnsafeRawPointer(quote) - base)
      return bytes[end - 1] == .backslash ? JSONBytes.endOfString(in: bytes, from: start) : end
    }

    /// Where a number ends that jansson's integers hold, or nil for any other.
    ///
    /// `-0` is not plain: jansson forgets its sign.
    @inline(__always)
    private static func endOfPlainInteger(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
      let isNegative = bytes[start] == .minus
      let digits = isNegative ? start + 1 : start
      var end = digits
      while end < bytes.count, bytes[end].isDigit { end += 1 }
      let isCutShort = end < bytes.count && continuesNumber(bytes[end])
      guard !isCutShort, end - digits <= plainDigits else { return nil }
      return isNegative && end > digits && bytes[digits] == .zero ? nil : end
    }

    private static func endOfNumber(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
      var end = start + 1
      while end < bytes.count, bytes[end].isDigit || continuesNumber(bytes[end]) { end += 1 }
      return end
    }

    /// Whether a byte that is no digit belongs to the number in front of it.
    @inline(__always)
    private static func continuesNumber(_ byte: UInt8) -> Bool {
      byte.continuesInteger || byte == .minus || byte == .plus
    }
  }
#endif
