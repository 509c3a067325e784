import Testing

@testable import Codecs

struct EnvelopeTests {
  @Test func `a request's members are found where they lie`() throws {
    let text = #"{"method":"Arith.Add","params":[{"A":7,"B":[8]},2],"id":0}"#

    let envelope = try envelope(of: text)

    #expect(envelope.message.kind == .object)
    #expect(part(envelope.message, of: text) == text)
    #expect(envelope.method.kind == .string)
    #expect(part(envelope.method, of: text) == #""Arith.Add""#)
    #expect(envelope.params.kind == .array)
    #expect(part(envelope.params, of: text) == #"[{"A":7,"B":[8]},2]"#)
    #expect(envelope.firstParameter.kind == .object)
    #expect(part(envelope.firstParameter, of: text) == #"{"A":7,"B":[8]}"#)
    #expect(envelope.id.kind == .number)
    #expect(part(envelope.id, of: text) == "0")
    #expect(envelope.result.kind == .absent)
    #expect(envelope.error.kind == .absent)
  }

  @Test func `a response's members are found where they lie`() throws {
    let text = #"{ "id" : "x" , "result" : [ true ] , "error" : null }"#

    let envelope = try envelope(of: text)

    #expect(part(envelope.id, of: text) == #""x""#)
    #expect(part(envelope.result, of: text) == "[ true ]")
    #expect(part(envelope.error, of: text) == "null")
    #expect(!envelope.error.isPresent)
  }

  @Test(arguments: [
    ("null", JSONKind.null), ("true", .true), ("false", .false), ("-1.5e3", .number), (#""s""#, .string),
    ("[[]]", .array), (#"{"id":5}"#, .object),
  ])
  func `each kind of value is told apart`(value: String, kind: JSONKind) throws {
    for member in ["id", "method", "params", "result", "error"] {
      let text = #"{"\#(member)":\#(value)}"#
      let envelope = try envelope(of: text)
      let recorded = try #require(
        [
          "id": envelope.id, "method": envelope.method, "params": envelope.params, "result": envelope.result,
          "error": envelope.error,
        ][member]
      )

      #expect(recorded.kind == kind)
      #expect(part(recorded, of: text) == value)
    }
  }

  @Test func `the last of several members with one name wins`() throws {
    let text = #"{"id":1,"params":[1,2],"\u0069d":"two","params":[],"method":"A.B","method":null,"id":[3]}"#

    let envelope = try envelope(of: text)

    #expect(part(envelope.id, of: text) == "[3]")
    #expect(part(envelope.params, of: text) == "[]")
    #expect(envelope.firstParameter.kind == .absent)
    #expect(envelope.method.kind == .null)
  }

  @Test(arguments: [
    #""\u006dethod""#, #""\u006D\u0065\u0074\u0068\u006f\u0064""#, #""m\u0065thod""#, #""metho\u0064""#,
  ])
  func `a name written with escapes is recognised`(name: String) throws {
    let text = #"{\#(name):"A.B"}"#

    #expect(part(try envelope(of: text).method, of: text) == #""A.B""#)
  }

  @Test(arguments: [
    #""METHOD""#, #""Method""#, #""method ""#, #""metho""#, #""methods""#, #""method\u0000""#,
    #""\u0000method""#,
    #""m\u00e9thod""#, #""""#, #""mEthod""#, #""\\u006dethod""#, #""method.method""#,
  ])
  func `a name that only resembles one is unknown`(name: String) throws {
    let envelope = try envelope(of: #"{\#(name):"A.B"}"#)

    #expect(envelope.method.kind == .absent)
  }

  @Test func `names within values are nobody's members`() throws {
    let text = #"{"params":[{"id":1,"method":"x"}],"other":{"id":2,"error":"x"},"result":{"params":[3]}}"#

    let envelope = try envelope(of: text)

    #expect(envelope.id.kind == .absent)
    #expect(envelope.method.kind == .absent)
    #expect(envelope.error.kind == .absent)
    #expect(part(envelope.firstParameter, of: text) == #"{"id":1,"method":"x"}"#)
  }

  @Test func `strings say whether they hold escapes`() throws {
    let envelope = try envelope(of: #"{"method":"a\nb","id":"plain","result":["\n"],"error":"\u0041"}"#)

    #expect(envelope.method.hasEscapes)
    #expect(!envelope.id.hasEscapes)
    #expect(!envelope.result.hasEscapes)
    #expect(envelope.error.hasEscapes)
  }

  @Test(
    arguments: [
      ("[]", nil), ("[ ]", nil), ("[1]", "1"), ("[ 1 ]", "1"), ("[null,2]", "null"), ("[[],[1]]", "[]"),
      (#"[{},"x"]"#, "{}"), (#"["a,]",2]"#, #""a,]""#), (#"{"a":1}"#, nil), ("5", nil), ("null", nil),
      ("[[[[1]]],[[2]]]", "[[[1]]]"),
    ] as [(String, String?)]
  )
  func `the first parameter is the first element of an array`(params: String, first: String?) throws {
    let text = #"{"params":\#(params),"id":1}"#

    let envelope = try envelope(of: text)

    #expect(part(envelope.firstParameter, of: text) == first)
    #expect(part(envelope.params, of: text) == params)
    #expect(part(envelope.id, of: text) == "1")
  }
}
