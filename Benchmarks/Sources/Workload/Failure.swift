/// Why nothing was measured.
public struct Failure: Error, CustomStringConvertible {
  /// What a person reads.
  public let description: String

  /// Makes a failure of what a person reads.
  public init(_ description: String) { self.description = description }
}
