import NIOCore

extension Result {
  /// The error, if it is one.
  var failure: Failure? {
    guard case .failure(let error) = self else { return nil }
    return error
  }
}

extension Result where Success == Body {
  /// The size of the body, if there is one.
  var bodyBytes: Int? {
    guard case .success(let body) = self else { return nil }
    return body.bytes.readableBytes
  }
}
