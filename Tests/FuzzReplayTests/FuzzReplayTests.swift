import Foundation
import Testing

/// Every seed of the fuzzers, and every input that ever found something, fed to every target. (RELIABILITY.md R3)
///
/// `FuzzTargets` beside this file are the fuzzers' own sources.
struct FuzzReplayTests {
  private static let inputs: [URL] = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return ["Fuzz/Seeds", "Fuzz/Crashes"].flatMap { folder in
      let files = FileManager.default.enumerator(
        at: package.appending(path: folder),
        includingPropertiesForKeys: nil
      )
      return (files?.allObjects ?? []).compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }
    }
  }()

  @Test(arguments: FuzzTarget.allCases)
  func `no seed and no input that ever found something finds anything`(_ target: FuzzTarget) throws {
    for input in Self.inputs {
      let bytes = [UInt8](try Data(contentsOf: input))
      do { try target.check(bytes) } catch { Issue.record("\(input.lastPathComponent): \(error)") }
    }
  }

  @Test func `there are seeds of every kind`() {
    let folders = Set(Self.inputs.map { $0.deletingLastPathComponent().lastPathComponent })

    #expect(folders.isSuperset(of: ["json", "requests", "replies", "http"]))
  }
}
