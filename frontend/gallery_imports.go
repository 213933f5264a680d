package frontend

import (
	"hongniang/internal/batch"
)

// importExhibits are the components of bringing files in.
func importExhibits() []exhibit {
	rows := &importTrial{Head: []string{"成果名称", "意向价格（万元）"}, Rows: []importRow{
		{Number: 2, Outcome: "新增", Cells: []importCell{{Text: "滚压去毛刺"}, {Text: "3.5"}}},
		{Number: 3, Outcome: "有误", Bad: true, Cells: []importCell{{Text: "快换夹具"}, {Text: "再谈", Fault: "“意向价格（万元）”应是一个数，如 12.5（以万元计）。"}}},
	}}
	faults := []importFault{{Row: 3, Column: "意向价格（万元）", Value: "再谈", Message: "“意向价格（万元）”应是一个数，如 12.5（以万元计）。"}}
	return []exhibit{
		{Name: "importsteps", Title: "导入的步骤", Use: "导入一个文件时，走到了哪一步。", Template: "importsteps", Data: importSteps(batch.Received)},
		{Name: "importrows", Title: "导入预览", Use: "确认导入以前：前几行会怎样，错处写在格子里。", Template: "importrows", Data: rows},
		{Name: "importfaults", Title: "有误的行", Use: "导入以后：没有导入的行和改法。", Template: "importfaults", Data: faults},
	}
}
