import RPCKit

extension MessageID {
  /// Takes the id of a message, so that it is written as Go echoes it.
  ///
  /// An id is any JSON value; absent and null are one. A plain number that needs no other spelling costs nothing.
  init(_ id: Envelope.Value, in message: UnsafeRawBufferPointer) {
    guard id.isPresent, id.isComplete else {
      self = .absent
      return
    }
    let bytes = id.bytes(in: message)
    if id.kind == .number, let sequence = UInt64(decimal: bytes) {
      self.init(sequence)
    } else {
      self.init(bytes: compacted(bytes))
    }
  }
}

extension UInt64 {
  /// Reads a JSON number that is nothing but digits: no sign, no fraction, no exponent, so that writing the value
  /// gives the same bytes.
  fileprivate init?(decimal digits: UnsafeBufferPointer<UInt8>) {
    var value: UInt64 = 0
    for byte in digits {
      guard byte.isDigit else { return nil }
      let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(UInt64(byte &- .zero))
      guard !overflowed, !carried else { return nil }
      value = sum
    }
    self = value
  }
}

/// A JSON value without insignificant white space, and with Go's escapes for what HTML and JavaScript take amiss.
///
/// Go: encoding/json, compact(), which echoes an id so.
private func compacted(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
  var output: [UInt8] = []
  output.reserveCapacity(value.count)
  var isInString = false
  var position = 0
  while position < value.count {
    let byte = value[position]
    if let escape = JSONEscape.ofMarkup(in: value, at: position) {
      output.append(contentsOf: UnsafeBufferPointer(start: escape.utf8Start, count: escape.utf8CodeUnitCount))
      position += JSONEscape.markupLength(of: byte)
      continue
    }
    if byte == .backslash {
      // Whatever is escaped, a quote above all, does not end the string.
      output += [byte, value[position + 1]]
      position += 2
      continue
    }
    if byte == .quote { isInString.toggle() }
    if isInString || !byte.isJSONWhitespace { output.append(byte) }
    position += 1
  }
  return output
}
