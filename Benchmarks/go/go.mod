module rpckit.example/bench

go 1.19
