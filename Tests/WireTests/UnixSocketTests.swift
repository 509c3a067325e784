import Codecs
import Foundation
import NIOCore
import RPCKit
import Testing

/// The files of Unix sockets. (RELIABILITY.md R36)
@Suite(.timeLimit(.minutes(1)))
struct UnixSocketTests {
  private let request = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":1}"#
  private let product = #"{"id":1,"result":42,"error":null}"# + "\n"

  @Test(arguments: Engine.all)
  func `a path that is too long for the system is an error that says where`(_ engine: Engine) async throws {
    let endpoint = Endpoint.unix("/tmp/" + String(repeating: "x", count: 200))
    let (server, _) = try TestServer.make()

    let listening = await #expect(throws: RPCError.self) {
      try await server.listen(on: endpoint, codec: engine.codec)
    }
    let connecting = await #expect(throws: RPCError.self) {
      try await RPCClient.connect(to: endpoint, codec: engine.codec)
    }

    guard case .listenFailed(endpoint, _)? = listening, case .connectFailed(endpoint, _)? = connecting else {
      Issue.record("\(String(describing: listening)), \(String(describing: connecting))")
      return
    }
  }

  @Test(arguments: Engine.all)
  func `the file is gone when its listener is closed`(_ engine: Engine) async throws {
    let endpoint = SocketKind.unix.freshEndpoint()
    let (server, _) = try TestServer.make()
    let listener = try await server.listen(on: endpoint, codec: engine.codec)
    guard case .unix(let path) = endpoint else { return }

    let existed = FileManager.default.fileExists(atPath: path)
    await listener.close()

    #expect(existed)
    #expect(!FileManager.default.fileExists(atPath: path))
    await server.close()
  }

  @Test(arguments: Engine.all)
  func `a socket that somebody listens on is not taken away`(_ engine: Engine) async throws {
    let text = try await TestServer.serving(Setup(engine: engine, socket: .unix)) { server in
      let (other, _) = try TestServer.make()
      await #expect(throws: RPCError.self) {
        try await other.listen(on: server.endpoint, codec: engine.codec)
      }
      await other.close()
      return try await RawSocket.converse(with: server.endpoint, sending: request).text
    }

    #expect(text == product)
  }

  // MARK: Permissions

  @Test(arguments: [0, 0o077, 0o777] as [mode_t])
  func `a socket is its owner's alone, whatever the umask says`(mask: mode_t) async throws {
    let before = umask(mask)
    let mode = try await withListener { path in try status(of: path).st_mode }
    umask(before)

    #expect(mode & 0o7777 == 0o600)
  }

  @Test(arguments: [0o660, 0o666, 0o700] as [UInt16])
  func `a socket has the permissions that are asked for`(permissions: UInt16) async throws {
    var configuration = ServerConfiguration()
    configuration.unixSocketPermissions = permissions

    let mode = try await withListener(configuration) { path in try status(of: path).st_mode }

    #expect(mode & 0o7777 == mode_t(permissions))
  }

  // MARK: What stands in the way

  @Test func `a socket that nobody answers on is replaced`() async throws {
    let path = freshPath()
    try leaveSocket(at: path)

    let text = try await withListener(at: path) { path in
      try await RawSocket.converse(with: .unix(path), sending: request).text
    }

    #expect(text == product)
    #expect(access(path, F_OK) != 0)
  }

  @Test func `of servers that start at once where a dead one left its socket, one gets it and serves`()
    async throws
  {
    for _ in 0..<20 {
      let path = freshPath()
      try leaveSocket(at: path)
      let servers = try (0..<4).map { _ in try TestServer.make().0 }

      let listeners = await withTaskGroup(of: RPCListener?.self) { group in
        for server in servers {
          group.addTask { try? await server.listen(on: .unix(path), codec: .foundationJSON) }
        }
        return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
      }
      let text = try await RawSocket.converse(with: .unix(path), sending: request).text
      for server in servers { await server.close() }

      #expect(listeners.count == 1)
      #expect(text == product)
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test func `a directory that somebody keeps locked can be listened in all the same`() async throws {
    let directory = "/tmp/rpckit-\(UUID().uuidString.prefix(13))"
    try RawSocket.check(mkdir(directory, 0o700), "mkdir")
    let lock = try RawSocket.check(open(directory, O_RDONLY), "open")
    try RawSocket.check(flock(lock, LOCK_EX), "flock")
    defer {
      close(lock)
      rmdir(directory)
    }

    let text = try await withListener(at: directory + "/x.sock") { path in
      try await RawSocket.converse(with: .unix(path), sending: request).text
    }

    #expect(text == product)
  }

  @Test func `a file that is not a socket stays, and a symbolic link is not followed`() async throws {
    let file = freshPath()
    let link = freshPath()
    let socket = freshPath()
    try Data("precious".utf8).write(to: URL(filePath: file))
    try leaveSocket(at: socket)
    symlink(socket, link)
    defer { for path in [file, link, socket] { unlink(path) } }

    for path in [file, link, "/tmp"] {
      let reason = await refusal(of: path)
      #expect(reason == "its file exists and is not a socket")
    }

    #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    #expect(try status(of: link).st_mode & S_IFMT == S_IFLNK)
    #expect(try status(of: socket).st_mode & S_IFMT == S_IFSOCK)
  }

  @Test func `a socket of another type that somebody has is not taken away`() async throws {
    let path = freshPath()
    let descriptor = try leaveSocket(at: path, datagrams: true)
    defer {
      close(descriptor)
      unlink(path)
    }

    #expect(await refusal(of: path) == String(cString: strerror(EADDRINUSE)))
    #expect(access(path, F_OK) == 0)
  }

  @Test func `what somebody else has put in the socket's place stays when the server ends`() async throws {
    let path = freshPath()
    let (first, _) = try TestServer.make()
    let (second, _) = try TestServer.make()
    _ = try await first.listen(on: .unix(path), codec: .foundationJSON)
    unlink(path)
    _ = try await second.listen(on: .unix(path), codec: .foundationJSON)

    await first.close()
    let text = try await RawSocket.converse(with: .unix(path), sending: request).text
    await second.close()

    #expect(text == product)
    #expect(access(path, F_OK) != 0)
  }

  // MARK: Steps

  private func freshPath() -> String {
    "/tmp/rpckit-\(UUID().uuidString.prefix(13)).sock"
  }

  private func withListener<Result>(
    _ configuration: ServerConfiguration = ServerConfiguration(),
    at path: String? = nil,
    _ test: (String) async throws -> Result
  ) async throws -> Result {
    let path = path ?? freshPath()
    let (server, _) = try TestServer.make(configuration)
    _ = try await server.listen(on: .unix(path), codec: .foundationJSON)
    do {
      let result = try await test(path)
      await server.close()
      return result
    } catch {
      await server.close()
      throw error
    }
  }

  /// Why nobody can listen there.
  private func refusal(of path: String) async -> String? {
    do throws(RPCError) {
      _ = try await RPCServer().listen(on: .unix(path), codec: .foundationJSON)
    } catch {
      if case .listenFailed(_, let reason) = error { return reason }
    }
    return nil
  }

  private func status(of path: String) throws -> stat {
    var status = stat()
    try RawSocket.check(lstat(path, &status), "lstat")
    return status
  }

  /// Binds a socket to a file, which stays.
  ///
  /// - Returns: The descriptor, which is closed already unless it is for datagrams: those need no listening.
  @discardableResult
  private func leaveSocket(at path: String, datagrams: Bool = false) throws -> CInt {
    let address = try SocketAddress(unixDomainSocketPath: path)
    #if os(Linux)
      let kind = CInt((datagrams ? SOCK_DGRAM : SOCK_STREAM).rawValue)
    #else
      let kind = datagrams ? SOCK_DGRAM : SOCK_STREAM
    #endif
    let descriptor = try RawSocket.check(socket(AF_UNIX, kind, 0), "socket")
    try RawSocket.check(address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }, "bind")
    if !datagrams { close(descriptor) }
    return descriptor
  }
}
