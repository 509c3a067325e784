/// Puts a value in a variable's place and returns what was there.
func exchange<Value>(_ variable: inout Value, with value: consuming Value) -> Value {
  let old = variable
  variable = value
  return old
}
