module rpckit.example/go

go 1.19
