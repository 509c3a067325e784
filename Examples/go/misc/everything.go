package misc

import (
	"math"
	"time"
)

// Everything has a field of each kind that crosses between Go and Swift.
type Everything struct {
	Text      string
	EmptyText string
	Yes, No   bool

	Tiny    int8
	Lowest  int64
	Highest int64
	Largest uint64

	Fraction    float64
	Third       float64
	Whole       float64
	Smallest    float64
	Greatest    float64
	SingleThird float32

	Bytes   []byte
	NoBytes []byte
	When    time.Time
	Before  time.Time

	Numbers    []int
	NoNumbers  []int
	NullTexts  []string
	Matrix     [][]int
	Table      map[string][]int
	NoTable    map[string]int
	NullTable  map[string]int
	ByNumber   map[int]string
	Inner      Inner
	Inners     []Inner
	Present    *Inner
	Absent     *Inner
	SomeNumber *int
	NoNumber   *int
}

// Inner is a struct in a struct.
type Inner struct {
	Name string
	Next *Inner
}

// NewEverything fills every field with the values that are most likely to be harmed on the way.
func NewEverything() Everything {
	one := 1
	return Everything{
		Text: "plain, \u00e9, \u65e5\u672c, \U0001F600\U0001F468\u200D\U0001F469\u200D\U0001F467, NUL \x00, " +
			"\" \\ / \b \f \n \r \t \x1f \x7f, <&>, \u2028\u2029, \ufeff, \ufffd",
		Yes: true,

		Tiny:    math.MinInt8,
		Lowest:  math.MinInt64,
		Highest: math.MaxInt64,
		Largest: math.MaxUint64,

		Fraction:    0.1,
		Third:       1.0 / 3.0,
		Whole:       -2,
		Smallest:    math.SmallestNonzeroFloat64,
		Greatest:    math.MaxFloat64,
		SingleThird: 1.0 / 3.0,

		Bytes:   []byte{0, 1, 0x7f, 0x80, 0xff, '\n', '"'},
		NoBytes: []byte{},
		When:    time.Date(2024, time.February, 29, 23, 59, 59, 123456000, time.UTC),
		Before:  time.Date(1969, time.July, 20, 20, 17, 40, 0, time.UTC),

		Numbers:    []int{0, -1, 2},
		NoNumbers:  []int{},
		Matrix:     [][]int{{}, {1}, {2, 3}, {}},
		Table:      map[string][]int{"": {}, "a": {1}, "\u00e9 \"\\/": {2, 3}},
		NoTable:    map[string]int{},
		ByNumber:   map[int]string{-1: "minus one", 0: "zero", 42: ""},
		Inner:      Inner{Name: "outer", Next: &Inner{Name: "inner", Next: &Inner{}}},
		Inners:     []Inner{{}, {Name: "second"}},
		Present:    &Inner{Name: "present"},
		SomeNumber: &one,
	}
}
