import Foundation
import NIOCore
import RPCKit
import Synchronization

/// A process that encodes and decodes numbers while a thread changes its locale, from one with a decimal point to one
/// with a decimal comma: R28.
///
/// Options: `engine`, `count`. It prints how many round trips came out wrong.
enum Localized {
  static func run(_ options: Options) throws {
    try makeGerman()
    let coder = options.engine.codec.coder
    let numbers = [0.1, 1.5, -2.25e-7, 1e300, 0.30000000000000004]
    let text = "[0.1,1.5,-2.25e-07,1e+300,0.30000000000000004]"
    let end = End()
    Thread.detachNewThread {
      while !end.hasCome {
        setlocale(LC_ALL, "C")
        setlocale(LC_ALL, "de_DE.UTF-8")
      }
    }
    var wrong = 0
    for _ in 0..<(options.number("count") ?? 1) {
      let body = try Body(encoding: numbers, coder: coder)
      if String(buffer: body.bytes) != text { wrong += 1 }
      if try body.decode(as: [Double].self) != numbers { wrong += 1 }
    }
    end.come()
    print(wrong)
  }

  /// Makes the German locale, and makes sure that its decimal point is a comma.
  private static func makeGerman() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rpckit-locale-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = Process()
    program.executableURL = URL(filePath: "/usr/bin/localedef")
    program.arguments = ["-i", "de_DE", "-f", "UTF-8", folder.appending(path: "de_DE.UTF-8").path]
    try program.run()
    program.waitUntilExit()
    setenv("LOCPATH", folder.path, 1)
    guard setlocale(LC_ALL, "de_DE.UTF-8") != nil, localeconv().pointee.decimal_point.pointee == 0x2C else {
      throw Failure("localedef cannot make the locale de_DE.UTF-8 (package locales)")
    }
  }
}

/// That something is over.
final class End: Sendable {
  private let isOver = Atomic(false)

  var hasCome: Bool { isOver.load(ordering: .relaxed) }

  func come() { isOver.store(true, ordering: .relaxed) }
}
