/// The event by which a client's connection hears that the encryption before it is agreed on.
struct HandshakeCompleted: Sendable {}
