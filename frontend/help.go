package frontend

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
)

// helpView is the help page.
type helpView struct {
	Syntax []helpRow
	Fields []helpRow
	Bands  []view.Candidate
}

// helpRow is one line of the query language; docs/query-syntax.md has the same
// lines in English.
type helpRow struct {
	Form, Means, Example string
	URL                  string
}

func helpRows(rows [][3]string) []helpRow {
	out := make([]helpRow, len(rows))
	for i, r := range rows {
		out[i] = helpRow{Form: r[0], Means: r[1], Example: r[2], URL: view.SearchQuery{Q: r[2]}.URL()}
	}
	return out
}

func buildHelp() helpView {
	v := helpView{
		Bands: view.Bands(),
		Syntax: helpRows([][3]string{
			{"词 词", "几个词，命中越多、越少见的词，排得越前", "曲轴 磨削 振纹"},
			{"“短语”", "引号里的字必须连在一起，中英文引号都行；带逗号、句号、问号的整句话里，引号只当引用", `"换流阀"`},
			{"-词", "不要含有这个词的", "换流阀 -风电"},
			{"字段:值", "只在某一方面符合的", "种类:专利 地区:威海"},
			{"字段:>=数", "不小于、不大于，或写成“低..高”一段", "trl:>=6"},
		}),
		Fields: helpRows([][3]string{
			{"kind、种类", "技术需求、创新成果、专利、专家工匠、创新工作室、单位", "种类:专利"},
			{"type、类别", "需求类型、成果类别、人员类别等", "类别:先进操作法"},
			{"region、地区", "省、市、县，含下级地区", "地区:威海"},
			{"industry、行业", "国民经济行业的名称或代码", "行业:C34"},
			{"field、领域", "技术领域", "领域:先进制造"},
			{"stage、阶段、等级", "成果阶段、专利法律状态、技能等级、工作室级别", "等级:高级技师"},
			{"honour、荣誉", "荣誉级别", "荣誉:国家级"},
			{"year、年份", "完成、申请或命名的年份", "年份:>=2020"},
			{"org、单位", "完成单位、工作单位、专利权人", "单位:潍柴"},
			{"person、作者、人", "完成人、发明人、专家姓名", "作者:张辉"},
			{"title、标题", "只在名称里找", "标题:电主轴"},
			{"keyword、关键词", "只在关键词里找", "关键词:电主轴"},
			{"code、编号", "编号、申请号、分类号", "编号:CG-2026-A001"},
			{"trl、成熟度", "技术就绪度 1 至 9 级", "trl:6..9"},
		}),
	}
	return v
}

// help is /help.
func (s *Site) help(c *gin.Context) {
	s.render(c, http.StatusOK, "help", page{
		Title: "使用帮助", Description: "怎么检索，匹配是怎么算的，贴进来的内容怎么处理。", Path: "/help", Nav: "help",
		Scripts: []string{"suggest.js"}, Body: buildHelp(),
	})
}
