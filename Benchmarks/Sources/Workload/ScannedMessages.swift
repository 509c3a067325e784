import Codecs
import NIOCore
import RPCKit

/// Requests that are found, checked and dropped: what the scanner costs, with the header that it makes of each.
public struct ScannedMessages {
  private let request: ByteBuffer

  /// Makes a request of `Echo.Batch`.
  ///
  /// - Parameter records: How many records it has, of about 30 bytes.
  public init(records: Int) {
    let items = (0..<records).map { Item($0) }.map { #"{"A":\#($0.A),"B":"\#($0.B)"}"# }
    let params = items.joined(separator: ",")
    self.request = ByteBuffer(string: #"{"method":"Echo.Batch","params":[[\#(params)]],"id":7}"# + "\n")
  }

  /// The size of one request.
  public var bytes: Int { request.readableBytes }

  /// Reads the request so many times.
  ///
  /// - Parameter calls: How many times.
  /// - Throws: A ``Failure`` when it is not read.
  public func run(_ calls: Int) throws {
    var codec = Codec.foundationJSON.makeServerCodec(MessageLimits())
    for _ in 0..<calls {
      var input = request
      guard try codec.readRequestHeader(from: &input)?.serviceMethod == "Echo.Batch" else {
        throw Failure("no request")
      }
    }
  }
}
