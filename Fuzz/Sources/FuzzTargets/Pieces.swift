/// Cuts an input into pieces, always the same ones.
///
/// Where it cuts follows from the bytes themselves, so an input that found something is a plain text that finds it again.
struct Pieces {
  /// Where each piece ends; the last one at the input's end.
  let ends: [Int]

  init(of input: [UInt8]) {
    var state = input.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    // Some inputs in single bytes, others in pieces of up to 64.
    let largest = 1 << (state & 7 == 0 ? 0 : state & 7 - 1)
    var ends: [Int] = []
    var end = 0
    while end < input.count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      end = min(input.count, end + 1 + Int(state >> 33) % largest)
      ends.append(end)
    }
    self.ends = ends
  }

  /// The pieces themselves.
  func slices(of input: [UInt8]) -> [ArraySlice<UInt8>] {
    zip([0] + ends, ends).map { input[$0..<$1] }
  }
}
