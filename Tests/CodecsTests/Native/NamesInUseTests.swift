import Testing

@testable import Codecs

@Suite struct NamesInUseTests {
  @Test(arguments: [3, 16, 17, 1000])
  func `an object's names are told apart from each other, and from those of the objects around it`(count: Int)
  {
    var names = NamesInUse()
    let hashes = (0..<UInt64(count)).map { $0 &* 0x9E37_79B9_7F4A_7C15 }

    var (bits, innerBits): (UInt64, UInt64) = (0, 0)

    let areNew = hashes.map { names.insert($0, from: 0, bits: &bits) }
    let inner = names.count
    let areNewInside = hashes.map { names.insert($0, from: inner, bits: &innerBits) }
    let areNewAgain = hashes.map { names.insert($0, from: inner, bits: &innerBits) }
    names.remove(from: inner)
    let areNewOutside = hashes.map { names.insert($0, from: 0, bits: &bits) }
    let isOtherNew = names.insert(.max, from: 0, bits: &bits)

    #expect(areNew.allSatisfy(\.self) && areNewInside.allSatisfy(\.self) && isOtherNew)
    #expect(!areNewAgain.contains(true) && !areNewOutside.contains(true))
    #expect(inner == count && names.count == count + 1)
    names.remove(from: 0)
    #expect(names.count == 0)
  }

  @Test func `a name has one hash, with escapes and without`() {
    for (name, spelled) in [
      ("a", #"\u0061"#), ("é\n", #"\u00e9\n"#), ("12345678😀", #"12345678\ud83d\ude00"#),
    ] {
      let plain = Array(name.utf8).withUnsafeBytes { NameHash.shared($0) }
      let escaped = Array(spelled.utf8).withUnsafeBufferPointer { NameHash.shared(unescaping: $0) }
      #expect(plain == escaped)
    }
  }
}
