import NIOCore
import RPCKit

// Reading a recorded value out of its message.
extension Envelope.Value {
  /// The value's bytes, sharing the message's storage, or nil when it is absent.
  func slice(of message: ByteBuffer) -> ByteBuffer? {
    guard isComplete else { return nil }
    return message.getSlice(at: message.readerIndex + start, length: end - start)
  }

  /// The value's bytes within the message's.
  func bytes(in message: UnsafeRawBufferPointer) -> UnsafeBufferPointer<UInt8> {
    UnsafeRawBufferPointer(rebasing: message[range]).assumingMemoryBound(to: UInt8.self)
  }

  /// What stands between a string's quotes, its escapes unresolved, or nil for any other value.
  func stringContent(in message: UnsafeRawBufferPointer) -> UnsafeBufferPointer<UInt8>? {
    guard kind == .string, isComplete else { return nil }
    return UnsafeBufferPointer(rebasing: bytes(in: message).dropFirst().dropLast())
  }

  /// A string's text, or nil for any other value.
  func string(in message: UnsafeRawBufferPointer) -> String? {
    guard let content = stringContent(in: message) else { return nil }
    guard hasEscapes else { return String(decoding: content, as: UTF8.self) }
    return String(unescaping: UnsafeRawBufferPointer(content))
  }

  /// The value's text as it stands on the wire.
  func rawText(in message: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes(in: message), as: UTF8.self)
  }
}
