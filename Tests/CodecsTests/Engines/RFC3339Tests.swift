import Foundation
import Testing

@testable import Codecs

@Suite struct RFC3339Tests {
  private func date(_ text: String) -> Date? { RFC3339.date(from: text.utf8) }

  @Test(arguments: [
    ("2001-01-01T00:00:00Z", 0.0), ("2001-01-01T00:00:00.5Z", 0.5), ("2000-12-31T23:59:59.75Z", -0.25),
    ("1970-01-01T00:00:00Z", -978_307_200), ("2000-02-29T12:00:00Z", -26_481_600),
    ("2024-02-29T00:00:00Z", 730_857_600),
    ("0000-01-01T00:00:00Z", -63_145_526_400), ("9999-12-31T23:59:59Z", 252_423_993_599),
    ("1582-10-15T00:00:00Z", -13_197_600_000),
  ])
  func `a date and its text`(text: String, interval: Double) {
    #expect(RFC3339.string(from: Date(timeIntervalSinceReferenceDate: interval)) == text)
    #expect(date(text) == Date(timeIntervalSinceReferenceDate: interval))
  }

  @Test(arguments: [
    ("2001-01-01T01:00:00+01:00", 0.0), ("2000-12-31T23:30:00-00:30", 0), ("2001-01-01T23:59:00+23:59", 0),
    ("2001-01-01T00:00:00-00:00", 0), ("2001-01-01T00:00:00.000000001Z", 1e-9),
    ("2001-01-01T00:00:00.100Z", 0.1),
    ("2001-01-01T00:00:00.123456789Z", 0.123456789),
  ])
  func `offsets and one to nine digits of fraction are read`(text: String, interval: Double) {
    #expect(date(text) == Date(timeIntervalSinceReferenceDate: interval))
  }

  @Test(arguments: [
    "", "2001-01-01", "2001-01-01T00:00:00", "2001-01-01 00:00:00Z", "2001-01-01t00:00:00Z",
    "2001-01-01T00:00:00z",
    "2001-00-01T00:00:00Z", "2001-13-01T00:00:00Z", "2001-01-00T00:00:00Z", "2001-01-32T00:00:00Z",
    "2001-04-31T00:00:00Z", "2001-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2001-01-01T24:00:00Z",
    "2001-01-01T00:60:00Z", "2001-01-01T23:59:60Z", "2001-01-01T00:00:00.Z",
    "2001-01-01T00:00:00.1234567890Z",
    "2001-01-01T00:00:00,5Z", "2001-01-01T00:00:00+24:00", "2001-01-01T00:00:00+01:60",
    "2001-01-01T00:00:00+0100",
    "2001-01-01T00:00:00Zx", " 2001-01-01T00:00:00Z", "2001-1-01T00:00:00Z", "+2001-01-01T00:00:00Z",
    "02001-01-01T00:00:00Z", "2001-01-01T00:00:00+01", "２001-01-01T00:00:00Z",
  ])
  func `what is not such a date is refused`(text: String) {
    #expect(date(text) == nil)
  }

  @Test(arguments: [-63_145_526_400.5, 252_423_993_600, .infinity, -.infinity, .nan, 1e300])
  func `years of other than four digits are not written`(interval: Double) {
    #expect(RFC3339.string(from: Date(timeIntervalSinceReferenceDate: interval)) == nil)
  }

  @Test func `the fraction is as short as reads back`() {
    for (interval, text) in [
      (0.1, "00.1Z"), (0.000001, "00.000001Z"), (7.123, "07.123Z"), (1e-9, "00.000000001Z"), (1e-11, "00Z"),
    ] {
      let string = RFC3339.string(from: Date(timeIntervalSinceReferenceDate: interval))
      #expect(string == "2001-01-01T00:00:" + text)
    }
  }

  @Test func `a fraction that rounds up to a whole second carries`() {
    let almost = Date(timeIntervalSinceReferenceDate: (-1e-17))
    #expect(RFC3339.string(from: almost) == "2001-01-01T00:00:00Z")
    let belowOne = Date(timeIntervalSinceReferenceDate: 1 - 1e-12)
    #expect(RFC3339.string(from: belowOne) == "2001-01-01T00:00:01Z")
  }

  @Test func `dates of our time come back exactly`() {
    var random = SeededRandom(seed: 3339)
    var wrong: [String] = []
    for _ in 0..<20_000 {
      // Beyond a year from 2001 a Date has no more than nanoseconds.
      let interval = Double.random(in: 3e7...2e11, using: &random) * (Bool.random(using: &random) ? 1 : -0.3)
      let date = Date(timeIntervalSinceReferenceDate: interval)
      guard let text = RFC3339.string(from: date) else { wrong.append("\(interval)"); continue }
      if self.date(text) != date { wrong.append(text) }
    }
    #expect(wrong == [])
  }

  @Test func `every day of a cycle of the calendar follows the one before`() {
    var previous = CalendarDay(year: 1999, month: 12, day: 31)
    let start = previous.daysSinceReference
    var wrong: [CalendarDay] = []
    for offset in 1...146_200 {
      let day = CalendarDay(daysSinceReference: start + offset)
      var next = previous
      next.day += 1
      if next.day > CalendarDay.days(inMonth: next.month, of: next.year) {
        (next.month, next.day) = (next.month + 1, 1)
      }
      if next.month > 12 { (next.year, next.month) = (next.year + 1, 1) }
      if day != next || day.daysSinceReference != start + offset { wrong.append(day) }
      previous = day
    }
    #expect(wrong == [])
  }
}
