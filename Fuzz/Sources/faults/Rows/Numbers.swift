import Foundation
import RPCKit

extension Row {
  /// R39: both directions with Go's net/rpc/jsonrpc.
  static let numbers = Row(
    name: "R39",
    promise: "10,000 random numbers of each kind come back from Go and to Go with all their bits"
  ) { engine, findings in
    let count = 10_000
    let program = try goProgram()
    let goServer = try ChildProcess(program, ["serve"])
    guard let port = goServer.readLine().flatMap({ Int($0) }) else {
      throw Failure("no Go server: \(goServer.log)")
    }
    let client = try await RPCClient.connect(to: .tcp("127.0.0.1", port: port), codec: engine.codec)
    var wrong: [String] = []
    for _ in 0..<count {
      let bits = UInt64.random(in: 0...UInt64.max) >> UInt64.random(in: 0..<64)
      let signed = Int64(bitPattern: bits) &* (Bool.random() ? 1 : -1)
      let double = Double.random(using: bits)
      if try await client.call("Fault.Int64", signed, returning: Int64.self) != signed {
        wrong.append("\(signed)")
      }
      if try await client.call("Fault.UInt64", bits, returning: UInt64.self) != bits {
        wrong.append("\(bits)")
      }
      if try await client.call("Fault.Double", double, returning: Double.self).bitPattern != double.bitPattern
      {
        wrong.append("\(double)")
      }
    }
    try? await client.close()
    findings.expect(wrong.isEmpty, "from Swift to Go and back: \(wrong.prefix(5))")
    findings.note("\(3 * count) numbers from Swift to a Go server and back, \(wrong.count) wrong")

    let server = try ServerProcess(engine)
    let goClient = try ChildProcess(program, ["call", "127.0.0.1:\(server.port)", "\(count)"])
    let line = goClient.readLine() ?? goClient.log
    findings.expect(line == "\(3 * count) numbers, 0 wrong", "from Go to Swift and back: \(line)")
    findings.note("from a Go client to Swift and back: \(line)")
  }
}

extension Double {
  /// A number of any size, never infinite, minus zero among them.
  fileprivate static func random(using bits: UInt64) -> Double {
    switch bits % 4 {
    case 0: return Double(Int64.random(in: -1_000_000...1_000_000)) / 100
    case 1: return -0.0
    default:
      let any = Double(bitPattern: .random(in: 0...UInt64.max))
      return any.isFinite ? any : .leastNonzeroMagnitude
    }
  }
}

/// Builds the Go program of this row.
private func goProgram() throws -> String {
  let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../go")
    .standardized
  let program = FileManager.default.temporaryDirectory.appending(path: "rpckit-faults-\(getpid())-numbers")
  let build = Process()
  build.executableURL = URL(filePath: "/usr/bin/env")
  build.arguments = ["go", "build", "-o", program.path, "."]
  build.currentDirectoryURL = package
  build.environment = ProcessInfo.processInfo.environment.merging(["GOTOOLCHAIN": "local"]) { $1 }
  try build.run()
  build.waitUntilExit()
  guard build.terminationStatus == 0 else { throw Failure("go build failed in \(package.path)") }
  return program.path
}
