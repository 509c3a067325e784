extension Duration {
  /// The duration as a person says it: `2 seconds`, `0.25 seconds`.
  var text: String {
    let (seconds, attoseconds) = components
    guard attoseconds == 0 else { return description }
    return seconds == 1 ? "1 second" : "\(seconds) seconds"
  }
}
