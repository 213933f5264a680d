package contact_test

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"hongniang/internal/contact"
)

var words = map[contact.Kind]string{contact.Phone: "<号码>", contact.Mail: "<邮箱>", contact.Account: "<账号>"}

func TestFound(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"电话 13912345678 找我":           "电话 <号码> 找我",
		"138.1234.5678":               "<号码>",
		"138 1234 5678":               "<号码>",
		"138-1234-5678，晚上打":           "<号码>，晚上打",
		"１３８１２３４５６７８":                 "<号码>",
		"１３８　１２３４　５６７８":               "<号码>",
		"一三八一二三四五六七八":                 "<号码>",
		"幺三八，幺二三四，五六七八":               "<号码>",
		"壹叁捌壹贰叁肆伍陆柒捌":                 "<号码>",
		"13八1二34五678":                 "<号码>",
		"1 3 8 1 2 3 4 5 6 7 8":       "<号码>",
		"138\u200b1234\u200b5678":     "<号码>",
		"①③⑧①②③④⑤⑥⑦⑧":                 "<号码>",
		"tel13812345678":              "tel<号码>",
		"+86 138 1234 5678":           "<号码>",
		"8613812345678":               "<号码>",
		"008613812345678":             "<号码>",
		"138(1234)5678":               "<号码>",
		"1381234-5678":                "<号码>",
		"2023年起13812345678，2024年":     "2023年起<号码>，2024年",
		"0631-5230000转8":              "<号码>",
		"（0631）5230000":               "（<号码>",
		"010 6655 4433-801":           "<号码>",
		"024—23456789":                "<号码>",
		"400-123-4567":                "<号码>",
		"4001234567":                  "<号码>",
		"+1 415 555 2671":             "<号码>",
		"电话：5230000":                  "电话：<号码>",
		"手机号 1381 2345 678":           "手机号 <号码>",
		"写信到 li.gong@x.example.cn 即可": "写信到 <邮箱> 即可",
		"LI＠ＥＸＡＭＰＬＥ．ＣＮ":               "<邮箱>",
		"li(at)example.cn":            "<邮箱>",
		"li艾特example点cn":              "<邮箱>",
		"li at example dot com":       "<邮箱>",
		"微信 liu_hongqiang":            "微信 <账号>",
		"微信号：liuhongqiang":            "微信号：<账号>",
		"微信：13812345678":              "微信：<账号>",
		"加微信abc12345 详谈":              "加微信<账号> 详谈",
		"wx: liuhq2020":               "wx: <账号>",
		"vx：liuhongqiang":             "vx：<账号>",
		"VX liuhq2020":                "VX <账号>",
		"V信 liuhq2020":                "V信 <账号>",
		"加V：liuhongqiang":             "加V：<账号>",
		"加我薇 liuhq_88":                "加我薇 <账号>",
		"WeChat ID: liuhongqiang":     "WeChat ID: <账号>",
		"微信同号 13812345678":            "微信同号 <账号>",
		"QQ 123456789":                "QQ <账号>",
		"qq：12345 6789":               "qq：<账号>",
		"扣扣一二三四五六七":                   "扣扣<账号>",
		"QQ群号是１２３４５６７８":               "QQ群号是<账号>",
		"钉钉号：liu-88_a":                "钉钉号：<账号>",
		"电话13812345678，微信同号，邮箱a@b.cn": "电话<号码>，微信同号，邮箱<邮箱>",
	} {
		if got := contact.Mask(in, words); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// Numbers of patents, models, standards, dates and sizes are no numbers to call.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"专利 ZL202110000001.5 已授权", "ZL 2013 1 0456789.1", "CN113812345A", "CN 13812345678", "申请号 201310456789.1", "ZL93812345.6", "ZL 201820123456.7",
		"统一社会信用代码 913710001381234567", "91371000MA3C12345X",
		"GB/T 22900-2022", "GB/T 1804-2000", "IATF 16949:2016", "ISO 9001:2015、ISO 14001:2015", "JB/T 10082-2010",
		"型号 6205-2RS、7014C", "6ES7214-1AG40-0XB0", "VX-2000 数控系统", "WX-500B 立式铣床", "WX500B", "VX1000、VX2000", "TC4 钛合金", "YE3-132S1-2", "i5T3.3-3650", "SINUMERIK 840D sl", "FANUC 0i-MF",
		"2026-03-01 起可来，精度 0.02mm，3 台机", "2026年11月20日", "2024-2026", "20261120", "2026.11.20 08:00",
		"尺寸 150 200 300 45", "转速 1500 2000 300", "1500~2000~3000 r/min", "0.0123456789", "12000000 次循环", "年产 1380000 件", "投资 3800 万元，效益 13600000 元",
		"36.4 亿元", "第一、第二、第三、第四", "一二三车间", "三百行动，百位名师", "五小成果 13905 项", "一九四九年", "二〇二六年十一月二十日",
		"微信小程序开发", "微信支付接口", "微信公众平台", "企业微信 H5 页面", "扫微信二维码", "QQ3 车型", "电话交换机 2000 门", "手机壳 3000 件", "热线 24 小时",
		"张工 at 车间", "a dot product", "图号 HT-13-8123-45", "批号 2023-0456", "HB170-187", "M12x1.75",
	} {
		if got := contact.Mask(in, words); got != in {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// Places lie on rune borders, in order and apart.
func FuzzFind(f *testing.F) {
	f.Add("电话１３８ 1234 5678转8，微信：abc_12345，a@b.cn")
	f.Add("\xff\x80一三八\u200b一二三四五六七八")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, p := range contact.Find(text) {
			if p.Start < end || p.End <= p.Start || p.End > len(text) {
				t.Fatalf("%q: %+v after %d", text, p, end)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[p.Start:p.End]) {
				t.Fatalf("%q: %+v cuts a rune", text, p)
			}
			end = p.End
		}
	})
}

func ExampleMask() {
	fmt.Println(contact.Mask("请打一三八 1234 5678", map[contact.Kind]string{contact.Phone: "［号码未开放］"}))
	// Output: 请打［号码未开放］
}
