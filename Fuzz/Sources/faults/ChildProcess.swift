import Foundation
import RPCKit

/// A process of ours, that ends when its input does.
final class ChildProcess {
  let figures: ProcessFigures
  private let process: Process
  private let input: Pipe
  private let output: FileHandle
  private let logFile: URL

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: Its path, or nil for this program.
  ///   - arguments: What it is told.
  /// - Throws: What the system says.
  init(_ program: String? = nil, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: program ?? "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    logFile = FileManager.default.temporaryDirectory.appending(path: "rpckit-faults-\(UUID().uuidString).log")
    try Data().write(to: logFile)
    process.standardError = try FileHandle(forWritingTo: logFile)
    try process.run()
    self.process = process
    self.input = input
    self.output = output.fileHandleForReading
    self.figures = ProcessFigures(id: process.processIdentifier)
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: logFile)
  }

  /// What it has written to its standard error.
  var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

  var isRunning: Bool { process.isRunning }

  /// The next line that it prints, without its line feed, or nil at the end.
  func readLine() -> String? {
    var line = Data()
    while let byte = try? output.read(upToCount: 1), !byte.isEmpty {
      if byte[byte.startIndex] == 0x0A { return String(decoding: line, as: UTF8.self) }
      line += byte
    }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  func send(signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// Asks it to end.
  func closeInput() { try? input.fileHandleForWriting.close() }

  /// Ends it.
  func stop() {
    closeInput()
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }
}

/// A server in a process of its own.
final class ServerProcess {
  let child: ChildProcess
  let port: Int
  var figures: ProcessFigures { child.figures }

  /// Starts a server and waits until it listens.
  ///
  /// - Parameters:
  ///   - engine: Its engine.
  ///   - options: What ``Serving`` is told besides.
  /// - Throws: A ``Failure`` when it ends before it listens.
  init(_ engine: Engine, _ options: [String: Int] = [:]) throws {
    child = try ChildProcess(nil, ["serve", "engine=\(engine.name)"] + options.map { "\($0)=\($1)" })
    guard let line = child.readLine(), let port = Int(line) else { throw Failure("no server: \(child.log)") }
    self.port = port
  }

  var endpoint: Endpoint { .tcp("127.0.0.1", port: port) }

  func connect() throws -> RawSocket { try RawSocket(connectingTo: port) }

  /// Calls whatever the server makes once and keeps, and waits until the last connection is gone.
  ///
  /// - Returns: How many descriptors are open then.
  func warmUp() async throws -> Int {
    _ = try latencies(of: 100)
    _ = try connect().converse(#"{"method":"Fault.Sleep","params":[1],"id":1}"#.utf8)
    var descriptors = figures.descriptors
    while true {
      try await Task.sleep(for: .milliseconds(100))
      let now = figures.descriptors
      if now == descriptors { return now }
      descriptors = now
    }
  }

  /// What the server's methods say of themselves.
  func watched() throws -> Watch.Figures {
    let socket = try connect()
    defer { socket.close() }
    socket.send(#"{"method":"Fault.Watched","params":[{}],"id":1}"#)
    var reader = LineReader(socket)
    guard let line = reader.next() else { throw Failure("no answer from the server") }
    return try JSONDecoder().decode(Response<Watch.Figures>.self, from: Data(line)).result
  }

  /// Waits for something that the server's methods will say, for ten seconds at most.
  func waits(until condition: (Watch.Figures) -> Bool) async throws -> Bool {
    try await soon { condition(try watched()) }
  }

  /// How long calls take, one after the other.
  func latencies(of count: Int) throws -> Latencies {
    let socket = try connect()
    defer { socket.close() }
    var reader = LineReader(socket)
    return Latencies(
      try (0..<count).map { id in
        let start = ContinuousClock.now
        socket.send(#"{"method":"Fault.Add","params":[{"A":1,"B":2}],"id":\#(id)}"#)
        guard let line = reader.next(), line == Array(#"{"id":\#(id),"result":3,"error":null}"#.utf8) else {
          throw Failure("a good call was not answered")
        }
        return .now - start
      }
    )
  }
}

/// A response as far as it is looked at here.
struct Response<Result: Decodable>: Decodable {
  var result: Result
}

/// Looks again and again whether something has come about, for so many seconds at most.
func soon(within seconds: Double = 10, _ condition: () throws -> Bool) async throws -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while .now < deadline {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(5))
  }
  return false
}

/// Something that kept a row from being run.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
