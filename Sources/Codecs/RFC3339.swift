#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes and reads dates as Go's `time.Time` does: `2006-01-02T15:04:05.999999999Z`.
///
/// Every engine uses it, so a date has one spelling. Written dates are in UTC with as few digits
/// of fraction as read back to the same `Date`, at most nine. Offsets are understood when reading. A leap second
/// (`:60`) is refused, as in Go, because `Date` has no value for it; so are lower-case `t` and `z`.
enum RFC3339 {
  /// The first and the last year that four digits can express.
  private static let years: ClosedRange<Int> = 0...9999

  /// What errors say of a string that is not a date, and of a date that is not a string.
  static let unreadable = "The string is not a date in the form of RFC 3339."
  static let unwritable = "RFC 3339 writes only dates of the years 0 to 9999."

  private static let nanosecondsPerSecond = 1_000_000_000

  /// Returns the date's text, or nil when its year does not have four digits.
  static func string(from date: Date) -> String? {
    let seconds = date.timeIntervalSinceReferenceDate
    guard let (second, nanosecond) = split(seconds) else { return nil }
    let (days, secondOfDay) = second.quotientAndRemainder(flooredBy: CalendarDay.secondsPerDay)
    let day = CalendarDay(daysSinceReference: days)
    guard years.contains(day.year) else { return nil }
    return String(unsafeUninitializedCapacity: 30) { buffer in
      var text = DigitWriter(buffer: buffer)
      text.write(day.year, digits: 4)
      text.write(UInt8(ascii: "-"))
      text.write(day.month, digits: 2)
      text.write(UInt8(ascii: "-"))
      text.write(day.day, digits: 2)
      text.write(UInt8(ascii: "T"))
      text.write(secondOfDay / 3600, digits: 2)
      text.write(UInt8(ascii: ":"))
      text.write(secondOfDay / 60 % 60, digits: 2)
      text.write(UInt8(ascii: ":"))
      text.write(secondOfDay % 60, digits: 2)
      text.write(fraction: nanosecond)
      text.write(UInt8(ascii: "Z"))
      return text.count
    }
  }

  /// Reads a date, or returns nil when the text is not one.
  static func date(from text: some Collection<UInt8>) -> Date? {
    var reader = DateReader(text)
    guard let year = reader.number(digits: 4, in: years), reader.skip(UInt8(ascii: "-")),
      let month = reader.number(digits: 2, in: 1...12), reader.skip(UInt8(ascii: "-")),
      let day = reader.number(digits: 2, in: 1...CalendarDay.days(inMonth: month, of: year)),
      reader.skip(UInt8(ascii: "T")),
      let hour = reader.number(digits: 2, in: 0...23), reader.skip(UInt8(ascii: ":")),
      let minute = reader.number(digits: 2, in: 0...59), reader.skip(UInt8(ascii: ":")),
      let second = reader.number(digits: 2, in: 0...59),
      let nanosecond = reader.fraction(),
      let offset = reader.offset(), reader.isAtEnd
    else { return nil }
    let days = CalendarDay(year: year, month: month, day: day).daysSinceReference
    let seconds = days * CalendarDay.secondsPerDay + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSinceReferenceDate: join(seconds, nanosecond))
  }

  /// What a number of seconds and nanoseconds is as a time interval.
  ///
  /// Writing depends on this very rounding.
  private static func join(_ second: Int, _ nanosecond: Int) -> Double {
    Double(second) + Double(nanosecond) / Double(nanosecondsPerSecond)
  }

  /// Finds the fewest digits of fraction that read back to the same interval, or rounds to the nanosecond.
  private static func split(_ seconds: Double) -> (second: Int, nanosecond: Int)? {
    // Far outside of the years that can be written, but inside of Int.
    guard seconds.magnitude < 1e12 else { return nil }
    let floor = seconds.rounded(.down)
    let fraction = seconds - floor
    var unit = nanosecondsPerSecond
    var nearest = (second: Int(floor), nanosecond: 0)
    while true {
      let nanosecond = Int((fraction * Double(nanosecondsPerSecond / unit)).rounded()) * unit
      nearest =
        nanosecond == nanosecondsPerSecond ? (Int(floor) + 1, 0) : (Int(floor), nanosecond)
      if unit == 1 || join(nearest.second, nearest.nanosecond) == seconds { return nearest }
      unit /= 10
    }
  }
}

/// Fills a string's storage with digits.
private struct DigitWriter {
  let buffer: UnsafeMutableBufferPointer<UInt8>
  var count = 0

  mutating func write(_ byte: UInt8) {
    buffer[count] = byte
    count += 1
  }

  mutating func write(_ number: Int, digits: Int) {
    var rest = number
    for place in stride(from: count + digits - 1, through: count, by: -1) {
      buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    count += digits
  }

  /// Writes nothing for zero, and no zeros at the end.
  mutating func write(fraction nanosecond: Int) {
    guard nanosecond != 0 else { return }
    write(UInt8(ascii: "."))
    write(nanosecond, digits: 9)
    while buffer[count - 1] == UInt8(ascii: "0") { count -= 1 }
  }
}

/// Takes a date's parts off a text, from left to right.
private struct DateReader<Text: Collection<UInt8>> {
  private var rest: Text.SubSequence

  init(_ text: Text) {
    self.rest = text[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(digits: Int, in range: ClosedRange<Int>) -> Int? {
    var number = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return range.contains(number) ? number : nil
  }

  /// The nanoseconds: none when there is no fraction, nil when it has no digits or more than nine.
  mutating func fraction() -> Int? {
    guard skip(UInt8(ascii: ".")) else { return 0 }
    var nanosecond = 0
    var unit = 1_000_000_000
    while let digit = digit() {
      unit /= 10
      guard unit > 0 else { return nil }
      nanosecond += digit * unit
    }
    return unit == 1_000_000_000 ? nil : nanosecond
  }

  /// The seconds by which the local time is ahead of UTC.
  mutating func offset() -> Int? {
    if skip(UInt8(ascii: "Z")) { return 0 }
    let sign = skip(UInt8(ascii: "+")) ? 1 : skip(UInt8(ascii: "-")) ? -1 : 0
    guard sign != 0,
      let hours = number(digits: 2, in: 0...23), skip(UInt8(ascii: ":")),
      let minutes = number(digits: 2, in: 0...59)
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func digit() -> Int? {
    guard let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    rest.removeFirst()
    return Int(byte - UInt8(ascii: "0"))
  }
}
