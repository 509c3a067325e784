import Logging
import NIOCore

/// One connection of a client, as its callers see it.
struct ClientLink: Sendable {
  let channel: any Channel
  let outbox: CallOutbox

  /// Puts RPC on a channel.
  ///
  /// - Parameters:
  ///   - channel: A connection.
  ///   - codec: The wire format.
  ///   - configuration: The client's.
  ///   - logger: Where the connection's beginning and end are logged, and oddities.
  ///   - isInHandshake: Whether it begins only behind a handshake that is under way.
  init(
    channel: any Channel,
    codec: Codec,
    configuration: ClientConfiguration,
    logger: Logger,
    isInHandshake: Bool = false
  ) {
    var logger = logger
    logger[metadataKey: "peer"] = "\(LogText(Peer(channel).description))"
    logger[metadataKey: "codec"] = "\(codec.name)"
    let connectionLogger = logger
    let start = ConnectionStart()
    let outbox = CallOutbox(
      eventLoop: channel.eventLoop,
      maximumInFlight: configuration.maximumCallsInFlight
    ) { start.connection?.value.writeRequests() }
    self.channel = channel
    self.outbox = outbox
    channel.eventLoop.execute {
      let connection = ClientConnection(
        codec: codec,
        configuration: configuration,
        outbox: outbox,
        logger: connectionLogger,
        isInHandshake: isInHandshake
      )
      start.begin(connection, on: channel, maximumUnwrittenBytes: configuration.maximumUnwrittenBytes)
    }
  }

  /// Fails the calls, and closes the channel.
  func close() async {
    closeSoon()
    try? await channel.closeFuture.get()
  }

  /// Fails the calls, and begins to close the channel.
  func closeSoon() {
    outbox.close(failingPending: .shutdown)
    // A connection that is lost already refuses to be closed again, which is no failure of ours.
    channel.close(promise: nil)
  }
}
