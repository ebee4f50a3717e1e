package shell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"path"
	"strings"

	"timeclock/app/words"
	"timeclock/web"
)

// The colours of the browser's own frame: the grounds of web/css/tokens.css.
const (
	colourLight = "#faf5ec"
	colourDark  = "#12100d"
)

// manifest is a web application manifest (W3C, Web Application Manifest).
type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Lang       string         `json:"lang"`
	Dir        string         `json:"dir"`
	StartURL   string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Theme      string         `json:"theme_color"`
	Background string         `json:"background_color"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Type    string `json:"type"`
	Sizes   string `json:"sizes"`
	Purpose string `json:"purpose"`
}

func renderManifest(assets *web.Assets) ([]byte, error) {
	lang, dir := words.Lang()
	name := words.T(words.AppName)
	icons, err := manifestIcons(assets)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(manifest{
		ID: "/", Name: name, ShortName: name, Lang: lang, Dir: dir,
		StartURL: "/", Scope: "/", Display: "standalone",
		Theme: colourLight, Background: colourLight,
		Icons: icons,
	}, "", "  ")
}

// manifestIcons lists the icons with what each is for, which the file's name
// tells.
func manifestIcons(assets *web.Assets) ([]manifestIcon, error) {
	icons := []manifestIcon{}
	for _, a := range assets.All() {
		base, isIcon := strings.CutPrefix(a.Name, "icons/")
		if !isIcon || strings.HasPrefix(base, "apple-") || strings.HasPrefix(base, "favicon") {
			continue
		}
		sizes, err := sizesOf(a)
		if err != nil {
			return nil, fmt.Errorf("icon %s: %w", a.Name, err)
		}
		icons = append(icons, manifestIcon{Src: a.Path, Type: a.Type, Sizes: sizes, Purpose: purposeOf(base)})
	}
	return icons, nil
}

func purposeOf(base string) string {
	for _, purpose := range []string{"maskable", "monochrome"} {
		if strings.Contains(base, purpose) {
			return purpose
		}
	}
	return "any"
}

func sizesOf(a *web.Asset) (string, error) {
	if path.Ext(a.Name) == ".svg" {
		return "any", nil
	}
	body, _, err := a.Open(web.Identity)
	if err != nil {
		return "", err
	}
	var data bytes.Buffer
	if _, err := data.ReadFrom(body); err != nil {
		return "", err
	}
	config, err := png.DecodeConfig(&data)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%dx%d", config.Width, config.Height), nil
}
