import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One end of a connection, as bytes: blocking, and without allocating anything.
final class RawSocket {
  private let descriptor: CInt
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)

  private init(_ descriptor: CInt) { self.descriptor = descriptor }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  /// Makes a connection of this process to itself, with a channel at its other end.
  static func pair() throws -> (RawSocket, any Channel) {
    var descriptors: [CInt] = [-1, -1]
    #if canImport(Glibc)
      let kind = CInt(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    guard socketpair(AF_UNIX, kind, 0, &descriptors) == 0 else { throw Failure("socketpair: \(errno)") }
    let channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
      // What comes before the handler is there must wait for it.
      .channelOption(.autoRead, value: false)
      .withConnectedSocket(descriptors[1])
      .wait()
    return (RawSocket(descriptors[0]), channel)
  }

  func send(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      guard count > 0 else { throw Failure("write: \(errno)") }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads until so many bytes are there.
  ///
  /// - Returns: The bytes, until the next call.
  func receive(count: Int) throws -> UnsafeRawBufferPointer {
    var length = 0
    while length < count { length += try receive(behind: length, atMost: count - length) }
    return UnsafeRawBufferPointer(rebasing: buffer[..<length])
  }

  /// Reads what there is, up to the end of a line.
  ///
  /// - Returns: The bytes, until the next call.
  func receiveLines() throws -> UnsafeRawBufferPointer {
    var length = 0
    repeat {
      length += try receive(behind: length, atMost: buffer.count - length)
    } while buffer[length - 1] != UInt8(ascii: "\n")
    return UnsafeRawBufferPointer(rebasing: buffer[..<length])
  }

  private func receive(behind offset: Int, atMost maximum: Int) throws -> Int {
    let count = read(descriptor, buffer.baseAddress?.advanced(by: offset), maximum)
    guard count > 0 else { throw Failure("read: \(count == 0 ? "the other end closed" : "\(errno)")") }
    return count
  }
}
