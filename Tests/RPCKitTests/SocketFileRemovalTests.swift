import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct SocketFileRemovalTests {
  private let path = "/tmp/rpckit-removal-\(UInt32.random(in: 0 ... .max)).sock"

  @Test func `the file is gone before the socket is closed`() throws {
    let (descriptor, file) = try SocketFile.bind(to: path, permissions: 0o600)
    defer { close(descriptor) }
    let channel = EmbeddedChannel()
    let atTheSocket = CloseWitness(path)
    try channel.pipeline.syncOperations.addHandlers([atTheSocket, SocketFileRemoval(file)])

    let existed = FileManager.default.fileExists(atPath: path)
    try channel.close().wait()

    #expect(existed)
    #expect(atTheSocket.sawFile == false)
  }

  @Test func `what another puts there meanwhile is not removed with the channel`() throws {
    let (descriptor, file) = try SocketFile.bind(to: path, permissions: 0o600)
    defer { close(descriptor) }
    let channel = EmbeddedChannel()
    let path = path
    // Nothing keeps the file's inode from being given to another then.
    let atTheSocket = CloseWitness(path) { link(path + ".other", path) }
    try channel.pipeline.syncOperations.addHandlers([atTheSocket, SocketFileRemoval(file)])
    link(path, path + ".other")

    try channel.close().wait()
    channel.embeddedEventLoop.run()

    #expect(FileManager.default.fileExists(atPath: path))
    for path in [path, path + ".other"] { unlink(path) }
  }
}

/// Looks whether a file is there when its channel is being closed.
private final class CloseWitness: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private let path: String
  private let then: () -> Void
  private(set) var sawFile: Bool?

  init(_ path: String, then: @escaping () -> Void = {}) {
    self.path = path
    self.then = then
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    sawFile = FileManager.default.fileExists(atPath: path)
    then()
    context.close(mode: mode, promise: promise)
  }
}
