package frontend

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"

	"hongniang/internal/errs"
)

//go:embed static
var staticFS embed.FS

//go:embed templates
var templateFS embed.FS

const staticPrefix = "/static/"

// static is every file that pages load, under one hash of them all: modules
// may then import each other by relative names, and a new release is a new
// address for each of them.
type static struct {
	hash  string
	files map[string][]byte
}

func readStatic() (*static, error) {
	s := &static{files: map[string][]byte{}}
	sum := sha256.New()
	err := fs.WalkDir(staticFS, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFS.ReadFile(name)
		s.add(name, data)
		sum.Write([]byte(name))
		sum.Write(data)
		return err
	})
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "frontend.static", "读取页面的静态文件失败，请重新安装程序。")
	}
	s.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return s, nil
}

// add keeps a file under its own name, and what stands in a folder of static in
// one file of the folder's name: static/site/*.css is served as site.css, in the
// order of the names.
func (s *static) add(name string, data []byte) {
	key := path.Base(name)
	if folder := path.Base(path.Dir(name)); folder != "static" {
		key = folder + path.Ext(name)
	}
	s.files[key] = append(s.files[key], data...)
}

// url is the address of a static file.
func (s *static) url(name string) string { return staticPrefix + s.hash + "/" + name }

// asset serves a static file for a year when asked for by its own hash, and
// unkept when an old page asks for a hash that is gone.
func (s *Site) asset(c *gin.Context) {
	data, ok := s.static.files[c.Param("name")]
	if !ok {
		s.NotFound(c)
		return
	}
	keep := "no-cache"
	if c.Param("hash") == s.static.hash {
		keep = "public, max-age=31536000, immutable"
	}
	c.Header("Cache-Control", keep)
	c.Data(http.StatusOK, contentType(c.Param("name")), data)
}

func (s *Site) favicon(c *gin.Context) {
	c.Header("Cache-Control", "public, max-age=86400")
	c.Data(http.StatusOK, contentType("favicon.svg"), s.static.files["favicon.svg"])
}

// contentType does not trust the machine's own table of types for what we ship.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}
