package exchange_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/exchange"
	"hongniang/internal/sqlitestore"
)

// Import takes what it can and says what to mend.
func ExampleImport() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "exchange")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	store, err := sqlitestore.Open(ctx, filepath.Join(dir, "example.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	service := &catalog.Service{Store: store, Now: time.Now, Log: slog.New(slog.DiscardHandler)}

	file := exchange.FromBytes("单位.csv", []byte("单位名称*,规模\n甲机械厂,小型\n乙机械厂,很大\n"))
	report, err := exchange.Import(ctx, exchange.Importer{Service: service}, catalog.KindOrganisation, file, exchange.Options{By: "张三"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Summary())
	for _, f := range report.Faults {
		fmt.Println(f.Row, f.Column, f.Code)
	}
	// Output:
	// 单位.csv 共 2 行：新增 1，更新 0，未变 0，有误 1。
	// 3 规模 choice.unknown
}
