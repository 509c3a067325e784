import NIOCore
import RPCKit

@testable import Codecs

/// An engine survives any bytes, and what it made of them comes back from what it writes.
enum DecoderTarget {
  static func check(_ input: [UInt8], _ engine: Engine) throws(Finding) {
    for type in Types.all { try check(input, type, engine) }
  }

  private static func check<Value: Codable & Equatable>(
    _ input: [UInt8],
    _ type: Value.Type,
    _ engine: Engine
  ) throws(Finding) {
    let coder = engine.codec.coder
    guard let value = try? coder.decode(ByteBuffer(bytes: input), as: type) else { return }
    // What cannot be written, such as a year of five digits, is refused, and so it is the next time.
    guard let body = try? Body(encoding: value, coder: coder) else { return }
    let text = String(buffer: body.bytes)
    let limits = MessageLimits(maximumDepth: MessageLimits.depthCap)
    guard (try? Body(json: body.bytes, coder: coder, limits: limits)) != nil else {
      throw Finding("\(engine.name) wrote what is no JSON: \(text)")
    }
    do {
      let again = try body.decode(as: type)
      guard again == value else { throw Finding("\(value), but \(again) from \(text)") }
    } catch let finding as Finding {
      throw finding
    } catch {
      throw Finding("\(engine.name) does not read what it wrote, \(text): \(error)")
    }
  }
}
