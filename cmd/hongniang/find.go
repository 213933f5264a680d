package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

func newSearch(a *app) *cobra.Command {
	var kinds []string
	var asJSON bool
	var size int
	cmd := &cobra.Command{
		Use:     "search QUERY",
		Short:   "检索公开记录",
		Example: `  hongniang search '换流阀 -风电' --kind result`,
		Args:    atLeastOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			req := search.Request{Query: strings.Join(args, " "), Page: 1, Size: size}
			if req.Kinds, err = parseKinds(kinds); err != nil {
				return err
			}
			res, err := runSearch(cmd.Context(), cfg, req)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), res)
			}
			printHits(cmd.OutOrStdout(), res)
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&kinds, "kind", nil, "只看这些种类：need、result、patent、expert、studio、organisation（或中文）")
	cmd.Flags().IntVar(&size, "top", 10, "条数，1 到 100")
	cmd.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	return cmd
}

func parseKinds(texts []string) ([]catalog.Kind, error) {
	var out []catalog.Kind
	for _, t := range texts {
		kind, err := catalog.ParseKind(t)
		if err != nil {
			return nil, err
		}
		out = append(out, kind)
	}
	return out, nil
}

// runSearch searches the data directory, through its server when it has one.
func runSearch(ctx context.Context, cfg config.Config, req search.Request) (search.Response, error) {
	var out search.Response
	in, c, err := openExisting(ctx, cfg)
	if err != nil {
		return out, err
	}
	if c != nil {
		q := url.Values{"q": {req.Query}, "size": {fmt.Sprint(req.Size)}}
		for _, k := range req.Kinds {
			q.Add("kind", string(k))
		}
		return out, c.json(ctx, http.MethodGet, "/search", q, nil, &out)
	}
	defer in.close()
	if err := in.index.CatchUp(ctx, in.store); err != nil {
		return out, err
	}
	return in.index.Search(ctx, req)
}

func printHits(w io.Writer, res search.Response) {
	for _, note := range res.Notes {
		fmt.Fprintln(w, "提示："+note)
	}
	if res.Total == 0 {
		fmt.Fprintln(w, "没有找到。换个说法，或用更短的词再试。")
	}
	if res.DidYouMean != "" {
		fmt.Fprintln(w, "是不是要找："+res.DidYouMean)
	}
	for i, h := range res.Hits {
		fmt.Fprintf(w, "%2d  [%s] %s  %s\n", i+1, catalog.Vocab("kind").Label(string(h.Kind)), h.Title, h.Code)
		if len(h.Orgs) > 0 {
			fmt.Fprintf(w, "    %s\n", h.Orgs[0])
		}
	}
	if res.Total > len(res.Hits) {
		fmt.Fprintf(w, "共 %d 条，这里是前 %d 条。\n", res.Total, len(res.Hits))
	}
}

// matchFlags say which need is matched.
type matchFlags struct {
	need, title, text, file string
	top                     int
	asJSON                  bool
}

func newMatch(a *app) *cobra.Command {
	var f matchFlags
	cmd := &cobra.Command{
		Use:     "match",
		Short:   "为一条需求或一段难题找成果、专利、专家和工作室",
		Example: `  hongniang match --text '换流阀积灰，带电清扫困难'`,
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needOneFlag(cmd, "need", "text", "file"); err != nil {
				return err
			}
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			answer, err := f.run(cmd.Context(), cfg, cmd.InOrStdin())
			if err != nil {
				return err
			}
			if f.asJSON {
				return printJSON(cmd.OutOrStdout(), answer)
			}
			printAnswer(cmd.OutOrStdout(), answer)
			return nil
		},
	}
	cmd.Flags().StringVar(&f.need, "need", "", "已登记需求的编号，如 XQ-2026-A001")
	cmd.Flags().StringVar(&f.text, "text", "", "难题的文字")
	cmd.Flags().StringVar(&f.title, "title", "", "难题的名称（可不填）")
	cmd.Flags().StringVar(&f.file, "file", "", "写着难题的文本文件，- 为标准输入")
	cmd.Flags().IntVar(&f.top, "top", 10, "每类候选的条数，1 到 100")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "输出 JSON")
	return cmd
}

// run matches with the whole need: whoever can read the data directory may.
func (f matchFlags) run(ctx context.Context, cfg config.Config, stdin io.Reader) (matcher.Answer, error) {
	var out matcher.Answer
	text, err := f.pasted(stdin)
	if err != nil {
		return out, err
	}
	req := matcher.Request{Title: f.title, Text: text, Top: f.top}
	in, c, err := openExisting(ctx, cfg)
	switch {
	case err != nil:
		return out, err
	case c != nil && f.need != "":
		return out, c.json(ctx, http.MethodPost, "/needs/"+url.PathEscape(f.need)+"/match", url.Values{"top": {fmt.Sprint(f.top)}}, nil, &out)
	case c != nil:
		return c.match(ctx, req)
	}
	defer in.close()
	if err := in.index.CatchUp(ctx, in.store); err != nil {
		return out, err
	}
	if f.need != "" {
		rec, err := in.service.Get(ctx, catalog.KindNeed, f.need)
		if err != nil {
			return out, err
		}
		req = matcher.FromNeed(rec.(*catalog.Need), true)
		req.Top = f.top
	}
	return in.matcher.Match(ctx, req)
}

// match sends a need that is checked and cut here: the server takes no more
// than what a form holds, and a file may be longer.
func (c *client) match(ctx context.Context, req matcher.Request) (matcher.Answer, error) {
	var out matcher.Answer
	req, notes, err := req.Check()
	if err != nil {
		return out, err
	}
	err = c.json(ctx, http.MethodPost, "/match", nil, map[string]any{"title": req.Title, "text": req.Text, "top": req.Top}, &out)
	out.Notes = append(notes, out.Notes...)
	return out, err
}

// pasted reads the text from its flag or file, 10 MB at most.
func (f matchFlags) pasted(stdin io.Reader) (string, error) {
	if f.file == "" {
		return f.text, nil
	}
	source := stdin
	if f.file != "-" {
		opened, err := os.Open(f.file)
		if err != nil {
			return "", errs.Wrap(err, errs.NotFound, "match.file", fmt.Sprintf("打不开文件“%s”，请检查路径和权限。", f.file))
		}
		defer opened.Close()
		source = opened
	}
	data, err := io.ReadAll(io.LimitReader(source, 10<<20))
	if err != nil {
		return "", errs.Wrap(err, errs.Invalid, "match.file", fmt.Sprintf("读不了“%s”。", f.file))
	}
	return decodeText(data)
}

func printAnswer(w io.Writer, a matcher.Answer) {
	for _, note := range a.Notes {
		fmt.Fprintln(w, "提示："+note)
	}
	fmt.Fprintln(w, a.Summary)
	printCandidates(w, "人选与工作室", a.People)
	printCandidates(w, "成果与专利", a.Documents)
	printCandidates(w, "最接近的（够不上“低”，只作线索）", a.Nearest)
}

func printCandidates(w io.Writer, heading string, list []matcher.Candidate) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", heading)
	for _, c := range list {
		fmt.Fprintf(w, "%2d  %s %.0f  %s  %s\n    %s\n", c.Rank, c.BandLabel, c.Score, c.Title, c.Code, c.Subtitle)
		for _, r := range c.Reasons {
			fmt.Fprintln(w, "    · "+r)
		}
		for _, warning := range c.Warnings {
			fmt.Fprintln(w, "    ! "+warning.Message)
		}
	}
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
