import RPCKit

@testable import Codecs

/// The scanner says the same of a message whatever pieces it comes in, and records only what lies within it.
enum ScannerTarget {
  /// What a scan came to.
  enum Verdict: Equatable {
    case complete(length: Int, Envelope)
    case incomplete
    case failed(ScanError)
  }

  private static let small = MessageLimits(
    maximumBytes: 60,
    maximumDepth: 4,
    maximumValues: 8,
    maximumNumberBytes: 9
  )

  static func check(_ input: [UInt8]) throws(Finding) {
    let pieces = Pieces(of: input)
    for limits in [MessageLimits(), small] {
      for acceptance in [MessageScanner.Acceptance.messages, .anyValue] {
        let whole = scan(input, ends: [input.count], MessageScanner(limits: limits, accepting: acceptance))
        let inPieces = scan(input, ends: pieces.ends, MessageScanner(limits: limits, accepting: acceptance))
        try Finding.expectSame(whole, inPieces, "whole and in pieces \(pieces.ends)")
        try checkPlaces(whole, in: input, limits)
      }
    }
    try checkBody(input)
  }

  private static func scan(_ input: [UInt8], ends: [Int], _ scanner: MessageScanner) -> Verdict {
    var scanner = scanner
    return input.withUnsafeBytes { bytes in
      for end in ends {
        do throws(ScanError) {
          if try scanner.scan(UnsafeRawBufferPointer(rebasing: bytes[..<end])) {
            return .complete(length: scanner.offset, scanner.envelope)
          }
        } catch {
          return .failed(error)
        }
      }
      return .incomplete
    }
  }

  /// Everything that was recorded lies within the message, and within the limits.
  private static func checkPlaces(
    _ verdict: Verdict,
    in input: [UInt8],
    _ limits: MessageLimits
  ) throws(Finding) {
    switch verdict {
    case .complete(let length, let envelope):
      guard length <= min(input.count, limits.maximumBytes) else {
        throw Finding("\(length) bytes of \(input.count)")
      }
      for value in envelope.values where value.kind != .absent {
        guard value.isComplete, value.start < value.end, value.end <= length else {
          throw Finding("a value at \(value.start)..<\(value.end) of \(length)")
        }
      }
    case .failed(let error):
      guard error.offset <= min(input.count, limits.maximumBytes) else {
        throw Finding("an error at byte \(error.offset) of \(input.count)")
      }
    case .incomplete:
      guard input.count < limits.maximumBytes else { throw Finding("incomplete at the limit") }
    }
  }

  /// A text is a body exactly when it is a value that the scanner finds, and nothing but white space is around it.
  private static func checkBody(_ input: [UInt8]) throws(Finding) {
    let isBody = (try? Body(json: input, coder: Engine.foundation.codec.coder)) != nil
    // Behind a line feed, a number has an end as well.
    let text = input.drop { $0.isJSONWhitespace } + [.newline]
    let verdict = scan(
      Array(text),
      ends: [text.count],
      MessageScanner(limits: MessageLimits(), accepting: .anyValue)
    )
    var isValue = false
    if case .complete(let length, _) = verdict {
      isValue = text.dropFirst(length).allSatisfy(\.isJSONWhitespace)
    }
    try Finding.expectSame(isBody, isValue, "as a body and as a value")
  }
}

extension Envelope {
  var values: [Value] { [message, method, params, id, result, error, firstParameter] }
}
