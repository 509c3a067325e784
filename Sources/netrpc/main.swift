print("netrpc")
