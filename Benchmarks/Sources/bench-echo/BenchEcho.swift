import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What SwiftNIO alone can do: answers as `load/echo.c` does, without a parser, one write for each read.
///
///     bench-echo LOOPS
@main
struct BenchEcho {
  static func main() async throws {
    let loops = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(EchoHandler())
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    print("listening on tcp://127.0.0.1:\(listener.localAddress?.port ?? 0)")
    fflush(nil)
    try await listener.closeFuture.get()
  }
}

/// Answers the requests of `loadgen`, in which it finds everything by its place.
final class EchoHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Where the argument begins, by the service.
  private static let multiplyOffset = #"{"method":"Arith.Multiply","params":["#.utf8.count
  private static let batchOffset = #"{"method":"Echo.Batch","params":["#.utf8.count

  private var input = ByteBuffer()
  /// How many bytes of it have no newline.
  private var searched = 0
  private var output = ByteBuffer()

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
    while let newline = input.readableBytesView.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
      let length = newline - input.readerIndex
      input.withUnsafeReadableBytes { answer(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
      input.moveReaderIndex(forwardBy: length + 1)
      searched = 0
    }
    searched = input.readableBytes
    input.discardReadBytes()
    guard output.readableBytes > 0 else { return }
    context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    output.clear()
  }

  private func answer(_ line: UnsafeRawBufferPointer) {
    let isMultiply = line[11] == UInt8(ascii: "A")
    let start = isMultiply ? Self.multiplyOffset : Self.batchOffset
    guard let end = line.lastIndex(of: UInt8(ascii: "]")) else { return }
    output.writeStaticString(#"{"id":"#)
    output.writeBytes(line[(end + #"],"id":"#.utf8.count)..<(line.count - 1)])
    output.writeStaticString(#","result":"#)
    if isMultiply {
      let digits = line[(start + #"{"A":"#.utf8.count)...].prefix { $0 != UInt8(ascii: ",") }
      output.writeString(String(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } * 8))
    } else {
      output.writeBytes(line[start..<end])
    }
    output.writeStaticString(",\"error\":null}\n")
  }
}
