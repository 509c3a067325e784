import Logging
import NIOCore
import NIOEmbedded

@testable import Codecs
@testable import RPCKit

/// A server answers each request once, in valid JSON, whatever pieces they come in.
enum ServerTarget {
  static func check(_ input: [UInt8], _ engine: Engine) throws(Finding) {
    let whole = FuzzedServer.replies(to: [input[...]], engine.codec, .rpc)
    let inPieces = FuzzedServer.replies(to: Pieces(of: input).slices(of: input), engine.codec, .rpc)

    try expectSame(whole, inPieces, "whole and in pieces, with \(engine.name)")
    try checkReplies(whole, to: input, engine)
  }

  /// Foundation writes the members of an object in another order each time, so a line is compared by what it is made of.
  static func expectSame(_ first: [UInt8], _ second: [UInt8], _ what: String) throws(Finding) {
    let lines = [first, second].map { $0.split(separator: .newline).map { $0.sorted() } }
    guard lines[0] == lines[1] else { throw Finding("\(what): \(text(first)), but \(text(second))") }
  }

  /// Each request has its reply, and what made no sense at most one more.
  static func checkReplies(_ replies: [UInt8], to input: [UInt8], _ engine: Engine) throws(Finding) {
    var output = ByteBuffer(bytes: replies)
    var reader = MessageReader(
      limits: MessageLimits(maximumDepth: MessageLimits.depthCap),
      accepting: .messages
    )
    var count = 0
    do throws(CodecError) {
      while let _ = try reader.readMessage(from: &output) {
        count += 1
        let envelope = reader.envelope
        guard envelope.id.isComplete, envelope.result.isComplete, envelope.error.isComplete,
          envelope.result.isPresent != envelope.error.isPresent
        else { throw .invalidBody(reason: "reply \(count) is not one") }
      }
    } catch {
      throw Finding("\(engine.name): \(error) in \(text(replies))")
    }
    guard output.readableBytes == 0 else { throw Finding("half a reply: \(text(replies))") }
    let expected = expectedReplies(to: input, engine)
    guard expected.contains(count) else {
      throw Finding("\(count) replies instead of \(expected), with \(engine.name): \(text(replies))")
    }
  }

  /// As many as the codec by itself finds requests; behind a malformed one there is a line more.
  private static func expectedReplies(to input: [UInt8], _ engine: Engine) -> ClosedRange<Int> {
    guard let first = input.first, engine.codec.admits(first) else { return 0...0 }
    var codec = engine.codec.makeServerCodec(FuzzedServer.configuration.messageLimits)
    var rest = ByteBuffer(bytes: input)
    var count = 0
    while true {
      do throws(CodecError) {
        guard let _ = try codec.readRequestHeader(from: &rest) else {
          let isCut = rest.readableBytes > 0
          return isCut ? count + 1...count + 1 : count...count
        }
        count += 1
      } catch {
        return count + 1...count + 1
      }
    }
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
