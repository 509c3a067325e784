import NIOCore
import RPCKit

/// Requests of every kind, one of which is chosen at random.
enum RandomRequest {
  static func text(id: Int, _ engine: Engine, using generator: inout SeededGenerator) -> String {
    let separator = ["", "", " ", "\n", "\r\n", "\t \n"].randomElement(using: &generator) ?? ""
    return separator + message(id, engine, using: &generator)
  }

  private static func message(_ id: Int, _ engine: Engine, using generator: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: #"{"method":"NoDot","params":[1],"id":\#(id)}"#
    case 1: #"{"method":"Nope.Add","params":{"a":[1,2,{"b":null}]},"id":\#(id)}"#
    case 2: #"{"method":"Arith.Nope","id":\#(id)}"#
    case 3: #"{"id":\#(id),"method":"Arith.Add"}"#
    case 4: #"{"params":["x"],"method":"Arith.Add","id":{"n":[\#(id)]}}"#
    case 5: #"{"method":"Arith.Divide","params":[{"A":\#(id),"B":0}],"id":"\#(id)\u0041"}"#
    case 6: #"{ "method" : "Misc.Fail" , "params" : [ "<é😀\ud83d\ude00\n>" ] , "id" : \#(id).0 }"#
    case 7: "null"
    default:
      #"{"method":"Misc.Value","params":[\#(json(.random(using: &generator), engine))],"id":\#(id)}"#
    }
  }

  /// Something behind which no more is read.
  static func malformed(using generator: inout SeededGenerator) -> String {
    [
      "garbage", #"{"method":"Misc.Value","params":[1,],"id":1}"#, #"{"method":7}"#, "[]",
      #"{"method":"Misc.Echo","params":["cut"#, #"{"x":"\ud800"}"#, #"{"x":01}{}"#,
    ].randomElement(using: &generator) ?? ""
  }

  private static func json(_ value: JSONValue, _ engine: Engine) -> String {
    var bytes = ByteBuffer()
    do { try engine.codec.coder.encode(value, into: &bytes) } catch { return "null" }
    return String(buffer: bytes)
  }
}
