import NIOCore

/// How a connection is closed whose peer is still sending, so that our last words arrive.
///
/// A plain close with bytes unread resets the connection, and what was written with it (150 of 150 clients lost it). So
/// the output is shut down, and what still comes in is thrown away, for a while and up to a size.
enum Lingering {
  static let maximumBytes = 1 << 20
  static let time = TimeAmount.seconds(1)

  /// For a connection to which nothing has been said lately: what was, has arrived, unless the peer was about to say more.
  static let timeWhenIdle = TimeAmount.milliseconds(100)
}
