#if Jansson
  import NIOCore
  import RPCKit

  /// Looks over a document before jansson does, and puts placeholders where jansson would lose digits.
  ///
  /// Numbers that are integers of at most 18 digits are left to jansson: a document that has no others is parsed where
  /// it lies. Otherwise jansson parses a copy in which each other number is ``NumberTexts``' placeholder, spelled
  /// `17e0`: without a point, which jansson would look for by the locale. What is no number is left alone, so that
  /// jansson refuses it.
  struct NumberScan {
    /// The numbers behind the placeholders.
    private(set) var texts = NumberTexts()

    /// The document with placeholders; of no meaning when there are none.
    private(set) var rewritten = ByteBuffer()

    /// The integers with as many digits are all in the range of `Int64`.
    private static let plainDigits = 18

    /// Scans a document.
    ///
    /// - Throws: A `DecodingError` when it is nested too deep, or has a NUL where jansson swallows it.
    init(_ bytes: UnsafeRawBufferPointer) throws {
      var copied = 0
      var depth = 0
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte == .quote {
          index = JSONBytes.endOfString(in: bytes, from: index) + 1
        } else if byte == .minus || byte.isDigit {
          let end = Self.endOfNumber(in: bytes, from: index)
          let number = UnsafeRawBufferPointer(rebasing: bytes[index..<end])
          if !Self.isPlain(number), DecimalText(number) != nil {
            rewritten.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied..<index]))
            rewritten.writeString("\(texts.count)e0")
            _ = texts.append(number)
            copied = end
          }
          index = end
        } else {
          switch byte {
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
      }
      if !texts.isEmpty {
        rewritten.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied...]))
      }
    }

    private static func endOfNumber(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
      var end = start + 1
      while end < bytes.count {
        let byte = bytes[end]
        guard byte.isDigit || byte.isExponentSign || byte == .point || byte == .minus || byte == .plus else {
          break
        }
        end += 1
      }
      return end
    }

    /// Whether jansson's integers hold the number.
    ///
    /// `-0` is not plain: jansson forgets its sign.
    private static func isPlain(_ number: UnsafeRawBufferPointer) -> Bool {
      let isNegative = number[0] == .minus
      let digits = number[(isNegative ? 1 : 0)...]
      return digits.count <= plainDigits && digits.allSatisfy(\.isDigit)
        && !(isNegative && digits.first == .zero)
    }
  }
#endif
