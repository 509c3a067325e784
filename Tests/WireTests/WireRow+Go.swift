// What Go answers, byte for byte; each row was replayed against Go 1.27.3's jsonrpc.ServeConn with the same services.
extension WireRow {
  /// How a service and its method are found, and what is said when they are not.
  static let names = [
    WireRow(
      "16",
      "a name is split at its last dot",
      #"{"method":"net.rpc.Arith.Add","params":[{"A":1,"B":2}],"id":1}"#,
      #"{"id":1,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "16",
      "a name without a dot is ill-formed",
      #"{"method":"NoDot","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: service/method request ill-formed: NoDot"}"#
    ),
    WireRow(
      "16",
      "an empty name is ill-formed",
      #"{"method":"","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: service/method request ill-formed: "}"#
    ),
    WireRow(
      "16",
      "an unknown service is named in full",
      #"{"method":"Nope.Add","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find service Nope.Add"}"#
    ),
    WireRow(
      "16",
      "an unknown service with dots is named in full",
      #"{"method":"net.rpc.Nope.Add","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find service net.rpc.Nope.Add"}"#
    ),
    WireRow(
      "16",
      "an unknown method is named in full",
      #"{"method":"Arith.Nope","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find method Arith.Nope"}"#
    ),
    WireRow(
      "16",
      "an unknown method of a service with dots is named in full",
      #"{"method":"net.rpc.Arith.Nope","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find method net.rpc.Arith.Nope"}"#
    ),
    WireRow(
      "16",
      "an empty service is not found",
      #"{"method":".Add","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find service .Add"}"#
    ),
    WireRow(
      "16",
      "an empty method is not found",
      #"{"method":"Arith.","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find method Arith."}"#
    ),
    WireRow(
      "16, 48",
      "a name is shown with Go's escapes",
      #"{"method":"aé\n<😀","params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: service/method request ill-formed: aé\n\u003c😀"}"#
    ),
    WireRow(
      "17, 19",
      "the params of an unknown method are not looked at",
      #"{"method":"Arith.Nope","params":7,"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find method Arith.Nope"}"#
    ),
    WireRow(
      "19",
      "the connection goes on behind an unknown method",
      #"{"method":"Arith.Nope","id":1}{"method":"Arith.Add","params":[{"A":1,"B":2}],"id":2}"#,
      #"{"id":1,"result":null,"error":"rpc: can't find method Arith.Nope"}"#,
      #"{"id":2,"result":{"C":3},"error":null}"#
    ),
  ]

  /// What becomes of params, arguments, replies and errors.
  static let bodies = [
    WireRow(
      "20, 52",
      "absent params are missing, and the connection goes on",
      #"{"method":"Arith.Add","id":1}{"method":"Arith.Add","params":[{"A":1,"B":2}],"id":2}"#,
      #"{"id":1,"result":null,"error":"jsonrpc: request body missing params"}"#,
      #"{"id":2,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "20, 52",
      "null params are missing",
      #"{"method":"Arith.Add","params":null,"id":1}"#,
      #"{"id":1,"result":null,"error":"jsonrpc: request body missing params"}"#
    ),
    WireRow(
      "52",
      "elements behind the first are ignored",
      #"{"method":"Arith.Add","params":[{"A":1,"B":2},3,"x",{"A":9}],"id":1}"#,
      #"{"id":1,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "60",
      "members that an argument does not have are ignored",
      #"{"method":"Arith.Add","params":[{"A":1,"Z":[3,{}],"B":2}],"id":1}"#,
      #"{"id":1,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "21",
      "an empty list goes out as such",
      #"{"method":"Misc.List","params":[{}],"id":1}"#,
      #"{"id":1,"result":[],"error":null}"#
    ),
    WireRow(
      "21",
      "an empty map goes out as such",
      #"{"method":"Misc.Map","params":[{}],"id":1}"#,
      #"{"id":1,"result":{},"error":null}"#
    ),
    WireRow(
      "21",
      "an argument is a fresh value for each call",
      #"{"method":"Misc.Ints","params":[[1,2,3]],"id":1}{"method":"Misc.Ints","params":[[4]],"id":2}"#,
      #"{"id":1,"result":[1,2,3],"error":null}"#,
      #"{"id":2,"result":[4],"error":null}"#
    ),
    WireRow(
      "25, 47",
      "what a method throws is the error, and there is no result",
      #"{"method":"Arith.Divide","params":[{"A":1,"B":0}],"id":2}"#,
      #"{"id":2,"result":null,"error":"divide by zero"}"#
    ),
    WireRow(
      "25, 48",
      "an error's text is escaped as Go escapes it",
      #"{"method":"Misc.Fail","params":["<b>&\u2028\u2029\"\\\/\b\f\n\r\t\u0001\u001f\u007f😀é"],"id":2}"#,
      "{\"id\":2,\"result\":null,\"error\":"
        + #""\u003cb\u003e\u0026\u2028\u2029\"\\/\b\f\n\r\t\u0001\u001f"# + "\u{7F}😀é\"}"
    ),
    WireRow(
      "48",
      "a reply's text is sent in UTF-8, with short escapes, and the slash as it is",
      #"{"method":"Misc.Echo","params":["\"\\\/\b\f\n\r\t\u0001\u001f\u007f\ud83d\ude00é"],"id":2}"#,
      "{\"id\":2,\"result\":" + #""\"\\/\b\f\n\r\t\u0001\u001f"# + "\u{7F}😀é\",\"error\":null}"
    ),
    WireRow(
      "48",
      "a NUL in a string is a character",
      #"{"method":"Misc.Echo","params":["a\u0000b"],"id":2}"#,
      #"{"id":2,"result":"a\u0000b","error":null}"#
    ),
    WireRow(
      "60",
      "64-bit integers are exact",
      #"{"method":"Misc.Ints","params":[[9223372036854775807,-9223372036854775808,0]],"id":1}"#,
      #"{"id":1,"result":[9223372036854775807,-9223372036854775808,0],"error":null}"#
    ),
    WireRow(
      "60",
      "the largest unsigned integer is exact",
      #"{"method":"Misc.Largest","params":[{}],"id":1}"#,
      #"{"id":1,"result":18446744073709551615,"error":null}"#
    ),
  ]

  /// Which texts are a request, and which members it has.
  static let messages = [
    WireRow(
      "45, 47",
      "an answer has id, result and error in this order, and a line feed",
      #"{"method":"Arith.Add","params":[{"A":7,"B":8}],"id":0}"#,
      #"{"id":0,"result":{"C":15},"error":null}"#
    ),
    WireRow(
      "45",
      "nothing need stand between requests",
      #"{"method":"Arith.Multiply","params":[{"A":1,"B":2}],"id":1}"#
        + #"{"method":"Arith.Multiply","params":[{"A":3,"B":4}],"id":2}"#,
      #"{"id":1,"result":2,"error":null}"#,
      #"{"id":2,"result":12,"error":null}"#
    ),
    WireRow(
      "45",
      "white space may stand anywhere between tokens",
      " \r\n\t{ \"method\" :\n\"Arith.Add\" , \"params\":[\t{\"A\":1,\"B\":2}\r\n] ,\"id\":1 } \r\n\r\n",
      #"{"id":1,"result":{"C":3},"error":null}"#
    ),
    WireRow("45", "white space alone is not a request", " \r\n\t\n"),
    WireRow("18, 28", "nothing is answered with nothing", ""),
    WireRow(
      "49",
      "the members come in any order",
      #"{"id":9,"params":[{"A":1,"B":2}],"method":"Arith.Add"}"#,
      #"{"id":9,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "49, 68",
      "other members are ignored",
      #"{"jsonrpc":"2.0","method":"Arith.Add","x":{"y":[1]},"params":[{"A":1,"B":2}],"id":4,"result":1,"error":2}"#,
      #"{"id":4,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "49",
      "the last of several equal members counts",
      #"{"method":"Nope.A","params":[3],"id":4,"method":"Arith.Add","params":[{"A":1,"B":2}],"id":5}"#,
      #"{"id":5,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "49",
      "names and methods may be spelled with escapes",
      #"{"\u006dethod":"Arith\u002eAdd","par\u0061ms":[{"A":1,"B":2}],"i\u0064":4}"#,
      #"{"id":4,"result":{"C":3},"error":null}"#
    ),
    WireRow(
      "49, 16",
      "a null method is an empty name",
      #"{"method":null,"params":[1],"id":1}"#,
      #"{"id":1,"result":null,"error":"rpc: service/method request ill-formed: "}"#
    ),
    WireRow(
      "49, 51",
      "an empty object is an ill-formed request",
      "{}",
      #"{"id":null,"result":null,"error":"rpc: service/method request ill-formed: "}"#
    ),
    WireRow(
      "53",
      "null is a request that says nothing, and the connection goes on",
      #"null{"method":"Arith.Add","params":[{"A":1,"B":2}],"id":2}"#,
      #"{"id":null,"result":null,"error":"rpc: service/method request ill-formed: "}"#,
      #"{"id":2,"result":{"C":3},"error":null}"#
    ),
  ]

  /// Which ids there are, and how they are echoed.
  static let ids =
    [
      ("50", "a number", "7", "7"),
      ("50", "a fraction keeps its zero", "1.0", "1.0"),
      ("50", "an exponent keeps its spelling", "1e3", "1e3"),
      ("50", "a capital exponent keeps its spelling", "1E+3", "1E+3"),
      ("50", "minus zero keeps its sign", "-0", "-0"),
      ("50", "the largest 64-bit number", "18446744073709551615", "18446744073709551615"),
      ("50", "thirty digits", "123456789012345678901234567890", "123456789012345678901234567890"),
      ("50", "a string", #""x""#, #""x""#),
      ("50", "an empty string", #""""#, #""""#),
      ("50", "escapes keep their spelling", #""\u0041\/\n\ud83d\ude00""#, #""\u0041\/\n\ud83d\ude00""#),
      (
        "50", "what HTML takes amiss is escaped", "\"<>&\u{2028}\u{2029}\"",
        #""\u003c\u003e\u0026\u2028\u2029""#
      ),
      ("50", "true", "true", "true"),
      ("50", "an empty array", "[ ]", "[]"),
      ("50", "insignificant white space is dropped", "{ \"k\" :\n[ 1 , \"a b\" ] }", #"{"k":[1,"a b"]}"#),
      ("51", "a null id is answered", "null", "null"),
    ].map { items, what, id, echo in
      WireRow(
        items,
        what,
        #"{"method":"Arith.Add","params":[{"A":1,"B":2}],"id":"# + id + "}",
        #"{"id":"# + echo + #","result":{"C":3},"error":null}"#
      )
    } + [
      WireRow(
        "51",
        "a request without id is answered",
        #"{"method":"Arith.Add","params":[{"A":1,"B":2}]}"#,
        #"{"id":null,"result":{"C":3},"error":null}"#
      ),
      WireRow(
        "50",
        "two requests with one id are both answered",
        #"{"method":"Arith.Multiply","params":[{"A":1,"B":2}],"id":1}"#
          + #"{"method":"Arith.Multiply","params":[{"A":3,"B":4}],"id":1}"#,
        #"{"id":1,"result":2,"error":null}"#,
        #"{"id":1,"result":12,"error":null}"#
      ),
    ]
}
