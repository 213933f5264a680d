package api

import (
	"io"
	"strings"

	"hongniang/internal/exchange"
	"hongniang/internal/figures"
)

func (a *API) spooledTables(name string, tables []exchange.Table) (*fileOut, error) {
	return a.spooled(name, xlsxType, func(w io.Writer) error { return exchange.WriteTables(w, tables) })
}

// ledgerTable is a ledger as a sheet.
func ledgerTable(l figures.Ledger, sel figures.Selection) exchange.Table {
	t := exchange.Table{Name: l.Title, Title: l.Title, Notes: []string{"时期：" + sel.Period.Text(), l.Note}}
	for _, c := range l.Columns {
		t.Columns = append(t.Columns, exchange.TableColumn{Header: c.Title, Width: c.Width})
	}
	for _, row := range l.Rows {
		values := make([]any, len(row))
		for i, c := range row {
			switch {
			case c.Is:
				values[i] = c.Number
			case c.Text != "":
				values[i] = c.Text
			}
		}
		t.Rows = append(t.Rows, values)
	}
	return t
}

// helpTable is the ledger of help under a name that fits beside a report.
func helpTable(l figures.Ledger, sel figures.Selection) exchange.Table {
	t := ledgerTable(l, sel)
	t.Name = "助企行清单"
	return t
}

// reportTable is a report as a sheet: a sentence a row.
func reportTable(r figures.Summary) exchange.Table {
	t := exchange.Table{Name: "报告", Title: r.Title, Notes: []string{"单位：" + r.Union, "时期：" + r.From + " 至 " + r.To, r.Note}, Columns: []exchange.TableColumn{{Header: "部分", Width: 18}, {Header: "内容", Width: 100}}}
	for _, c := range r.Chapters {
		for _, line := range c.Lines {
			var b strings.Builder
			for _, part := range line {
				b.WriteString(part.Text)
			}
			t.Rows = append(t.Rows, []any{c.Title, b.String()})
		}
	}
	return t
}
