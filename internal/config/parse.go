package config

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"hongniang/internal/errs"
)

// entry is one value as it was written, and where: "设置文件 x.yaml 第 3 行".
type entry struct {
	key   string // server.addr
	value string
	where string
}

// parseYAML reads sections of scalar values. Anything else (lists, anchors,
// deeper sections) is refused: no setting needs it.
func parseYAML(text, source string) ([]entry, error) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return nil, malformed(err, source)
	}
	var out []entry
	for _, doc := range file.Docs {
		sections, err := pairs(doc.Body, source)
		if err != nil {
			return nil, err
		}
		for _, section := range sections {
			values, err := pairs(section.Value, source)
			if err != nil {
				return nil, err
			}
			for _, v := range values {
				e := entry{key: keyText(section) + "." + keyText(v), where: at(source, v.Key.GetToken())}
				if e.value, err = scalar(v.Value, e); err != nil {
					return nil, err
				}
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// pairs gives the lines "key: value" of a section; an empty section has none.
func pairs(node ast.Node, source string) ([]*ast.MappingValueNode, error) {
	switch n := node.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return nil, nil
	case *ast.MappingNode:
		return n.Values, nil
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, nil
	}
	return nil, errs.New(errs.Invalid, "config.malformed",
		at(source, node.GetToken())+"：这里应是“分组:”下面缩进的“键: 值”，如 server: 下一行写 addr: localhost:8080。")
}

func keyText(v *ast.MappingValueNode) string { return v.Key.GetToken().Value }

func scalar(node ast.Node, e entry) (string, error) {
	switch n := node.(type) {
	case *ast.NullNode:
		return "", nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	}
	return "", errs.New(errs.Invalid, "config.bad_value", fmt.Sprintf("%s：%s 的值应是一个词、数字或加引号的文字，不能是列表或分组。", e.where, e.key))
}

func at(source string, t *token.Token) string {
	if t == nil || t.Position == nil {
		return source
	}
	return fmt.Sprintf("%s 第 %d 行", source, t.Position.Line)
}

// malformed says where the text stops being YAML. The library's own message
// quotes the lines around, which may hold a secret: it is not kept.
func malformed(err error, source string) error {
	where := source
	var known yaml.Error
	if errors.As(err, &known) {
		where = at(source, known.GetToken())
	}
	return errs.New(errs.Invalid, "config.malformed", where+"：不是正确的 YAML。请检查缩进（只用空格）、冒号后的空格和引号。")
}
