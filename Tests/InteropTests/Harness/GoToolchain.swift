import Foundation
import Testing

/// The builds of Go that the tests talk with: `encoding/json` was written anew for Go 1.27.
enum GoToolchain: CaseIterable, CustomTestStringConvertible {
  /// The one on the path, or that `RPCKIT_GO` names: Debian 12 has 1.19.
  case installed
  /// The one that `Scripts/setup test` fetches.
  case current
  /// The same with the `encoding/json` of Go 1.26 and before.
  case currentWithJSONv1

  var peer: Peer { self == .installed ? .go : .currentGo }

  var environment: [String: String] {
    ["GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"]
      .merging(self == .currentWithJSONv1 ? ["GOEXPERIMENT": "nojsonv2"] : [:]) { $1 }
  }

  var testDescription: String {
    switch self {
    case .installed: "the installed Go"
    case .current: "the current Go"
    case .currentWithJSONv1: "the current Go without JSON v2"
    }
  }
}
