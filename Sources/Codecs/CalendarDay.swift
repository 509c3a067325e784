/// A day of the Gregorian calendar, and how many days it is from 1 January 2001, where `Date` counts from.
struct CalendarDay: Equatable {
  static let secondsPerDay = 86_400

  var year: Int
  var month: Int
  var day: Int

  // Years are counted from March, so that the leap day is the last of its year, and in cycles of 400 years, which
  // all have the same number of days.
  private static let daysPerCycle = 146_097

  /// From 1 March of the year 0 to 1 January 2001.
  private static let referenceDay = 730_791

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  var daysSinceReference: Int {
    let marchMonth = (month + 9) % 12
    let marchYear = month > 2 ? year : year - 1
    let (cycle, yearOfCycle) = marchYear.quotientAndRemainder(flooredBy: 400)
    let leapDays = yearOfCycle / 4 - yearOfCycle / 100
    // 153 days are in every five months from March on.
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return cycle * Self.daysPerCycle + yearOfCycle * 365 + leapDays + dayOfYear - Self.referenceDay
  }
}

extension CalendarDay {
  init(daysSinceReference: Int) {
    let (cycle, dayOfCycle) = (daysSinceReference + Self.referenceDay)
      .quotientAndRemainder(flooredBy: Self.daysPerCycle)
    // Takes away the leap days that have passed: one in 4 years, none in 100, one in 400.
    let yearOfCycle =
      (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
  }
}

extension Int {
  /// Divides so that the remainder is never negative.
  func quotientAndRemainder(flooredBy divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
