package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

// importFlags are what an import is told.
type importFlags struct {
	dryRun, asJSON bool
	report         string
}

func newImport(a *app) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import KIND FILE",
		Short: "导入 XLSX、CSV 或 JSONL 文件（.gz 亦可）",
		Long: "导入一个文件。种类：organisation 单位、expert 专家工匠、studio 工作室、patent 专利、result 成果、need 需求。\n" +
			"按编号、外部编号、自然键对上已有记录：同一文件导入两次不会重复。好行进库，坏行列出原因；有坏行时退出码为 6。",
		Example: "  hongniang import need 需求征集表.xlsx --report 待改正.xlsx",
		Args:    exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			kind, err := catalog.ParseKind(args[0])
			if err != nil {
				return err
			}
			return f.run(cmd, cfg, kind, args[1])
		},
	}
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "只检查，不保存")
	cmd.Flags().StringVar(&f.report, "report", "", "把没有导入的行连同错误说明写成这个 XLSX，改好可再导入")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "以 JSON 输出报告")
	return cmd
}

func (f importFlags) run(cmd *cobra.Command, cfg config.Config, kind catalog.Kind, path string) error {
	src, done, err := exchange.Open(path)
	if err != nil {
		return err
	}
	defer done()
	report, importErr := f.importFrom(cmd.Context(), cfg, kind, src, path, cmd.ErrOrStderr())
	if importErr != nil && report.Rows == 0 {
		return importErr
	}
	if f.asJSON {
		err = printJSON(cmd.OutOrStdout(), report)
	} else {
		err = report.Table(cmd.OutOrStdout())
	}
	if err == nil && f.report != "" && report.Failed > 0 {
		err = writeFile(cmd.ErrOrStderr(), f.report, func(w io.Writer) error { return report.WriteXLSX(cmd.Context(), src, w) })
	}
	if importErr == nil && err == nil && report.Failed > 0 {
		return rowsLeft(report.Failed)
	}
	return errors.Join(importErr, err)
}

// rowsLeftCode is the code of the error for an import of which rows were at fault, so
// that a script does not take it for a whole one.
const rowsLeftCode = "import.rows_left"

func rowsLeft(n int) error {
	return errs.New(errs.Invalid, rowsLeftCode, fmt.Sprintf("有 %d 行没有导入，原因见报告。请改好这些行再导入一次，已导入的行不会重复。", n))
}

// importFrom imports here, or sends the file to the server that has the data.
func (f importFlags) importFrom(ctx context.Context, cfg config.Config, kind catalog.Kind, src exchange.Source, path string, progress io.Writer) (exchange.Report, error) {
	in, c, err := openOrClient(ctx, cfg)
	if err != nil {
		return exchange.Report{}, err
	}
	if c != nil {
		return c.importFile(ctx, kind, path, f.dryRun)
	}
	defer in.close()
	bar := newBar(progress, "导入")
	report, err := exchange.Import(ctx, exchange.Importer{Service: in.service}, kind, src, exchange.Options{
		DryRun: f.dryRun, By: "命令行", Progress: func(done, total int) { bar.set(done, total) },
	})
	bar.finish()
	if err == nil && !f.dryRun {
		in.noteIndexed(ctx)
		in.compactAfter(ctx, report.Created+report.Updated)
	}
	return report, err
}

// largeImport is from how many records on the index is compacted behind an import, which
// takes a minute for 200,000: they came in many batches, each with a segment.
const largeImport = 5000

// compactAfter compacts the index when many records were saved.
func (in *installation) compactAfter(ctx context.Context, saved int) {
	if saved < largeImport {
		return
	}
	if err := in.index.Compact(ctx); err != nil {
		in.log.Warn("the index stays in many segments", "err", err)
	}
}

// noteIndexed has the index note that it has what was saved here; the next process would
// index all of it again to be sure.
func (in *installation) noteIndexed(ctx context.Context) {
	if err := in.index.CatchUp(ctx, in.store); err != nil {
		in.log.Warn("the index catches up at the next start", "err", err)
	}
}

func (c *client) importFile(ctx context.Context, kind catalog.Kind, path string, dryRun bool) (exchange.Report, error) {
	var report exchange.Report
	file, err := os.Open(path)
	if err != nil {
		return report, errs.Wrap(err, errs.NotFound, "file.open", fmt.Sprintf("打不开文件“%s”，请检查路径和权限。", path))
	}
	defer file.Close()
	query := url.Values{"filename": {filepath.Base(path)}, "dry_run": {fmt.Sprint(dryRun)}}
	res, err := c.call(ctx, http.MethodPost, "/imports/"+string(kind), query, file, map[string]string{"Content-Type": "application/octet-stream", "Accept": "application/json"})
	if err != nil {
		return report, err
	}
	defer res.Body.Close()
	return report, json.NewDecoder(res.Body).Decode(&report)
}

// bar shows progress on a terminal; elsewhere it is silent.
type bar struct {
	out   io.Writer
	label string
	bar   *progressbar.ProgressBar
}

func newBar(out io.Writer, label string) *bar {
	file, ok := out.(*os.File)
	if !ok {
		return &bar{}
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{}
	}
	return &bar{out: out, label: label}
}

func (b *bar) set(done, total int) {
	if b.out == nil {
		return
	}
	if b.bar == nil {
		if total <= 0 {
			total = -1
		}
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.out), progressbar.OptionShowCount(), progressbar.OptionSetDescription(b.label), progressbar.OptionClearOnFinish())
	}
	_ = b.bar.Set(done) // a terminal that went away is no reason to stop an import
}

func (b *bar) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}

func newExport(a *app) *cobra.Command {
	var confidential bool
	cmd := &cobra.Command{
		Use:     "export KIND FILE",
		Short:   "导出一类记录为 .xlsx、.csv 或 .jsonl",
		Long:    "导出一类记录；格式由文件名的结尾决定，- 为标准输出（JSONL）。不带 --confidential 时只导出公开内容。",
		Example: "  hongniang export result 成果.xlsx",
		Args:    exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			o := exchange.ExportOptions{IncludeConfidential: confidential, Format: exchange.JSONL}
			if o.Kind, err = catalog.ParseKind(args[0]); err != nil {
				return err
			}
			if args[1] == "-" {
				return export(cmd.Context(), cfg, o, cmd.OutOrStdout())
			}
			if o.Format, err = exchange.ParseFormat(args[1]); err != nil {
				return err
			}
			return writeFile(cmd.OutOrStdout(), args[1], func(w io.Writer) error { return export(cmd.Context(), cfg, o, w) })
		},
	}
	cmd.Flags().BoolVar(&confidential, "confidential", false, "连同保密内容（文件请妥善保管）")
	return cmd
}

func export(ctx context.Context, cfg config.Config, o exchange.ExportOptions, w io.Writer) error {
	in, c, err := openExisting(ctx, cfg)
	if err != nil {
		return err
	}
	if c == nil {
		defer in.close()
		_, err := exchange.Export(ctx, w, exchange.Records(ctx, in.store, o.Kind), o)
		return err
	}
	query := url.Values{"format": {string(o.Format)}, "confidential": {fmt.Sprint(o.IncludeConfidential)}}
	res, err := c.call(ctx, http.MethodGet, "/exports/"+string(o.Kind), query, nil, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(w, res.Body); err != nil {
		return errs.Wrap(err, errs.Unavailable, "client.broken", "文件没有传完，请再试一次。")
	}
	return nil
}

func newTemplate() *cobra.Command {
	return &cobra.Command{
		Use:     "template KIND FILE",
		Short:   "写出一份填报模板（XLSX：中文表头、下拉选项、填写说明）",
		Example: "  hongniang template need 需求征集表.xlsx",
		Args:    exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, err := catalog.ParseKind(args[0])
			if err != nil {
				return err
			}
			if !strings.EqualFold(filepath.Ext(args[1]), ".xlsx") {
				return errs.New(errs.Invalid, "format.unknown", "模板是 XLSX 文件，文件名请以 .xlsx 结尾。")
			}
			return writeFile(cmd.OutOrStdout(), args[1], func(w io.Writer) error { return exchange.WriteTemplate(kind, w) })
		},
	}
}

// writeFile writes a file beside its place and moves it there when it is whole,
// so that a failure leaves no half file, and says so on out. What is there and
// no ordinary file (/dev/stdout, a pipe) is written to as it is.
func writeFile(out io.Writer, path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeInto(path, write)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".hongniang-*")
	if err != nil {
		return unwritable(err, path)
	}
	defer os.Remove(temp.Name())
	if err := write(temp); err != nil {
		temp.Close()
		return err
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return unwritable(err, path)
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return unwritable(err, path)
	}
	_, err = fmt.Fprintf(out, "已写出 %s\n", path)
	return err
}

func writeInto(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return unwritable(err, path)
	}
	defer file.Close()
	return write(file)
}

func unwritable(err error, path string) error {
	return errs.Wrap(err, errs.Denied, "file.unwritable", fmt.Sprintf("写不了“%s”，请检查文件夹是否存在、是否有权限和空间。", path))
}
