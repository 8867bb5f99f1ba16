// Prints the message types and enums of Envoy's API that istiod knows, one line per type, for
// src/kinds/protobuf/descriptors.ts.
//
// usage: go mod tidy && go run . > ../../src/kinds/protobuf/envoy-types.json
//
// For another istiod, take the versions in go.mod from its go.mod, and the imports in imports.go from its
// pkg/config/xds/filter_types.gen.go.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// relative shortens the name of a type of the same package to what follows the package.
func relative(pkg protoreflect.FullName, d protoreflect.Descriptor) string {
	if d.ParentFile().Package() == pkg {
		return strings.TrimPrefix(string(d.FullName()), string(pkg))
	}
	return string(d.FullName())
}

func valueType(pkg protoreflect.FullName, fd protoreflect.FieldDescriptor) string {
	switch {
	case fd.Enum() != nil:
		return "!" + relative(pkg, fd.Enum())
	case fd.Message() != nil:
		return relative(pkg, fd.Message())
	default:
		return fd.Kind().String()
	}
}

// field prints a field as NAME HOLDS:TYPE, where HOLDS is * for a list, {KEY} for a map, |N for a member of oneof N,
// and ? for a scalar with presence.
func field(pkg protoreflect.FullName, fd protoreflect.FieldDescriptor, oneofs *[]protoreflect.Name) string {
	holds, value := "", fd
	switch {
	case fd.IsMap():
		holds, value = "{"+fd.MapKey().Kind().String()+"}", fd.MapValue()
	case fd.IsList():
		holds = "*"
	case fd.ContainingOneof() != nil:
		name := fd.ContainingOneof().Name()
		if !slices.Contains(*oneofs, name) {
			*oneofs = append(*oneofs, name)
		}
		holds = fmt.Sprintf("|%d", slices.Index(*oneofs, name))
	case fd.HasPresence() && fd.Message() == nil:
		holds = "?"
	}
	return string(fd.Name()) + holds + ":" + valueType(pkg, value)
}

func message(md protoreflect.MessageDescriptor) string {
	oneofs := []protoreflect.Name{}
	parts := []string{string(md.FullName())}
	for i := 0; i < md.Fields().Len(); i++ {
		parts = append(parts, field(md.ParentFile().Package(), md.Fields().Get(i), &oneofs))
	}
	return strings.Join(parts, " ")
}

func enum(ed protoreflect.EnumDescriptor) string {
	parts := []string{string(ed.FullName())}
	for i := 0; i < ed.Values().Len(); i++ {
		value := ed.Values().Get(i)
		parts = append(parts, fmt.Sprintf("%s=%d", value.Name(), value.Number()))
	}
	return strings.Join(parts, " ")
}

// notLinked are packages that come with the imports, but not with istiod's registry of types.
var notLinked = []string{"google.api.", "grpc.binarylog.", "io.prometheus.", "validate."}

func isLinked(d protoreflect.Descriptor) bool {
	name := string(d.FullName())
	return strings.HasPrefix(name, "google.api.expr.") || !slices.ContainsFunc(notLinked, func(prefix string) bool {
		return strings.HasPrefix(name, prefix)
	})
}

func main() {
	messages, enums := []string{}, []string{}
	used := map[protoreflect.FullName]bool{}
	protoregistry.GlobalTypes.RangeMessages(func(mt protoreflect.MessageType) bool {
		if md := mt.Descriptor(); isLinked(md) {
			messages = append(messages, message(md))
			for i := 0; i < md.Fields().Len(); i++ {
				if ed := md.Fields().Get(i).Enum(); ed != nil {
					used[ed.FullName()] = true
				}
			}
		}
		return true
	})
	protoregistry.GlobalTypes.RangeEnums(func(et protoreflect.EnumType) bool {
		if used[et.Descriptor().FullName()] {
			enums = append(enums, enum(et.Descriptor()))
		}
		return true
	})
	slices.Sort(messages)
	slices.Sort(enums)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(struct {
		Messages []string `json:"messages"`
		Enums    []string `json:"enums"`
	}{messages, enums}); err != nil {
		panic(err)
	}
}
