module rpckit.example/faults

go 1.19
