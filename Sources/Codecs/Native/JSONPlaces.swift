/// In which container each value of a document lies, and as the how manieth one.
///
/// An index leads only inwards. This is made of it when the way to a value is asked for the first time, so that asking
/// for all the values of a document is no more work than the document is long.
struct JSONPlaces {
  private var containers: [UInt32]
  private var positions: [UInt32]

  init(of index: borrowing JSONIndex) {
    containers = Array(repeating: 0, count: index.entries.count)
    positions = containers
    for container in 0..<index.entries.count {
      let entry = index.entries[container]
      guard entry.kind == .array || entry.kind == .object else { continue }
      var value = container + 1
      for position in 0..<entry.size {
        if entry.kind == .object { value += 1 }  // its name
        containers[value] = UInt32(truncatingIfNeeded: container)
        positions[value] = position
        value = Int(index.entries[value].link)
      }
    }
  }

  /// Where a value lies, or nil for the whole document.
  func place(of entry: Int) -> (container: Int, position: Int)? {
    entry == 0 ? nil : (Int(containers[entry]), Int(positions[entry]))
  }
}
