// Where values are. It is asked for only when something is wrong, and the names can be read in the text.
extension NativeEncoding {
  /// The way to the value that is about to be written.
  var codingPath: [any CodingKey] {
    path(through: values.all[...])
  }

  /// The way to an open value, or none to one that is complete.
  func codingPath(of serial: Int) -> [any CodingKey] {
    if let part = parts[serial] { return part.codingPath }
    let values = values.all
    guard let index = values.firstIndex(where: { $0.serial == serial }) else { return [] }
    return path(through: values[..<index])
  }

  private func path(through values: ArraySlice<OpenValue>) -> [any CodingKey] {
    (origin?.codingPath ?? []) + values.compactMap(lastKey)
  }

  /// The key of the member or the element that was begun last.
  private func lastKey(of value: OpenValue) -> (any CodingKey)? {
    switch value.content {
    case .array where value.count > 0: return PositionKey.element(value.count - 1)
    case .object where value.count > 0:
      return text.withBytes { bytes in
        let name = value.lastName + 1..<JSONBytes.endOfString(in: bytes, from: value.lastName)
        return PositionKey.member(String(unescaping: UnsafeRawBufferPointer(rebasing: bytes[name])))
      }
    default: return nil
    }
  }
}
