import RPCKit
extension Codec {
  static func jsonRPC(name: String, coder: any BodyCoder) -> Codec { fatalError() }
}
