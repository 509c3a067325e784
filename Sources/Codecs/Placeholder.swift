import RPCKit
