package snapshot

import (
	"fmt"
	"reflect"
	"unsafe"
)

// littleEndian is whether this machine stores numbers as the file does.
var littleEndian = func() bool {
	one := uint16(1)
	return *(*byte)(unsafe.Pointer(&one)) == 1
}()

// View returns b as a slice of T without copying. T must be a fixed-size type without pointers and without padding that
// Go adds of its own; b must be aligned for T and hold a whole number of them. The slice is valid as long as b is.
func View[T any](b []byte) ([]T, error) {
	t := reflect.TypeFor[T]()
	if !plain(t) {
		return nil, fmt.Errorf("view of %v: it holds pointers or implicit padding", t)
	}
	size := int(t.Size())
	if len(b)%size != 0 {
		return nil, damaged("%d bytes are no whole number of %v (%d bytes each)", len(b), t, size)
	}
	if len(b) == 0 {
		return nil, nil
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if uintptr(p)%uintptr(t.Align()) != 0 {
		return nil, fmt.Errorf("view of %v: memory is not aligned", t)
	}
	return unsafe.Slice((*T)(p), len(b)/size), nil
}

// Bytes returns the memory of s as little-endian bytes without copying, for View to read. It returns nil for a type that
// View refuses.
func Bytes[T any](s []T) []byte {
	t := reflect.TypeFor[T]()
	if len(s) == 0 || !plain(t) {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(t.Size()))
}

// plain reports whether values of t are the same bytes on every little-endian machine.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	case reflect.Array:
		return t.Len() > 0 && plain(t.Elem())
	case reflect.Struct:
		var sum uintptr
		for f := range t.Fields() {
			if f.Offset != sum || !plain(f.Type) {
				return false
			}
			sum += f.Type.Size()
		}
		return sum == t.Size() && sum > 0
	}
	return false
}
